/// Stand-ins for a GPU and for TensorRT that enforce what the real ones only assume.
@NullMarked
package ai.autoglm.tensorrt.testing;

import org.jspecify.annotations.NullMarked;
