/// Logits to the next token: penalties, truncation, a reproducible draw, log probabilities.
@NullMarked
package ai.autoglm.decoder.sampling;

import org.jspecify.annotations.NullMarked;
