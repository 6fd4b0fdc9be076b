/// Messages to token ids: the chat template is rendered, tokenised, and given places for media.
@NullMarked
package ai.autoglm.gateway.prompt;

import org.jspecify.annotations.NullMarked;
