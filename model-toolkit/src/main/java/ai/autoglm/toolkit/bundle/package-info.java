/// The compiled form of a checkpoint: a directory with one ONNX graph per model part and `bundle.json`.
@NullMarked
package ai.autoglm.toolkit.bundle;

import org.jspecify.annotations.NullMarked;
