/// Serialized engines, "plans": what is asked of TensorRT to load, run and build them, which plan belongs to which
/// model part on which GPU, and where they are kept.
@NullMarked
package ai.autoglm.tensorrt.plan;

import org.jspecify.annotations.NullMarked;
