/// Text to token ids and back: Hugging Face's tokenizer behind a door that client text cannot open for control tokens.
@NullMarked
package ai.autoglm.toolkit.tokenizer;

import org.jspecify.annotations.NullMarked;
