@NullMarked
package ai.autoglm.tensorrt.javacpp;

import org.jspecify.annotations.NullMarked;
