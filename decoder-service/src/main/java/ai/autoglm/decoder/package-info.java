/// The decoder service: one loop thread turns prompts into tokens.
@NullMarked
package ai.autoglm.decoder;

import org.jspecify.annotations.NullMarked;
