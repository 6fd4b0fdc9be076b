/// From generated token ids to the answer: text, stop strings, the split of thought and answer.
@NullMarked
package ai.autoglm.gateway.text;

import org.jspecify.annotations.NullMarked;
