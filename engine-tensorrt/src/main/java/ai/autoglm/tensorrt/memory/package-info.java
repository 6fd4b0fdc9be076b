/// What fits on a card, told with its arithmetic.
@NullMarked
package ai.autoglm.tensorrt.memory;

import org.jspecify.annotations.NullMarked;
