@NullMarked
package ai.autoglm.tensorrt;

import org.jspecify.annotations.NullMarked;
