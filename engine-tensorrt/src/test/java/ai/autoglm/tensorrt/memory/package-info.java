@NullMarked
package ai.autoglm.tensorrt.memory;

import org.jspecify.annotations.NullMarked;
