/// What TensorRT 11.2's ONNX parser and layers accept, as a table, and the check of a graph against it. Needs no
/// driver and no library of NVIDIA's.
@NullMarked
package ai.autoglm.tensorrt.rules;

import org.jspecify.annotations.NullMarked;
