/// Text to token ids and back, for clients that count tokens before they ask.
@NullMarked
package ai.autoglm.gateway.tokenize;

import org.jspecify.annotations.NullMarked;
