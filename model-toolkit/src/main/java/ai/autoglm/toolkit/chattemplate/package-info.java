/// Conversation to prompt: the model's own Jinja template writes the frame, client text and media are put into it
/// afterwards, and the whole becomes token segments.
@NullMarked
package ai.autoglm.toolkit.chattemplate;

import org.jspecify.annotations.NullMarked;
