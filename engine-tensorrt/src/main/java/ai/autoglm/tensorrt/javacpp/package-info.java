/// The only code that calls CUDA and TensorRT, through the JavaCPP presets: one call a method, each checked. Its
/// contracts are in docs/gpu.md.
@NullMarked
package ai.autoglm.tensorrt.javacpp;

import org.jspecify.annotations.NullMarked;
