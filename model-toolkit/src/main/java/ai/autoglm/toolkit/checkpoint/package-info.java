/// Checkpoints in Hugging Face form: configuration in each of its spellings, weights through memory mapping.
@NullMarked
package ai.autoglm.toolkit.checkpoint;

import org.jspecify.annotations.NullMarked;
