/// TensorRT as one of the engines that a process can choose.
@NullMarked
package ai.autoglm.tensorrt;

import org.jspecify.annotations.NullMarked;
