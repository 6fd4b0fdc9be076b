package ai.autoglm.tensorrt.plan;

import java.util.List;
import java.util.Optional;

/// An engine: weights on the GPU, and what its contexts share. Lives as long as the process.
public interface LoadedPlan {
    List<PlanTensor> tensors();

    /// The input whose memory an output must have.
    Optional<String> aliasOf(String output);

    int profileCount();

    /// Device memory that a context of this profile works in, at most.
    long activationBytes(int profile);

    /// A context of this profile. Contexts are never freed: make few.
    PlanContext createContext(int profile);

    /// The layers as TensorRT describes them, in JSON: their precisions and tactics.
    String describeLayers();
}
