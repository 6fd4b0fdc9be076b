/// The engine port: what a model part needs from whatever runs it, and its ONNX Runtime implementation.
@NullMarked
package ai.autoglm.toolkit.engine;

import org.jspecify.annotations.NullMarked;
