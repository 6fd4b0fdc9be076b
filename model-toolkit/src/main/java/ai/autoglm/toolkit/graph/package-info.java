/// Writes each model part as one standard ONNX graph (opset 24), weights beside it as external data.
@NullMarked
package ai.autoglm.toolkit.graph;

import org.jspecify.annotations.NullMarked;
