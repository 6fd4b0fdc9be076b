package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.util.OptionalLong;

/// Where a part's engine comes from.
@FunctionalInterface
public interface PlanSource {
    /// @throws EngineException when there is none that may be loaded
    LoadedPlan load(ModelPart part);

    /// Bytes that the part's weights would take in four bits, where that is known and less.
    default OptionalLong fourBitWeightBytes(ModelPart part) {
        return OptionalLong.empty();
    }
}
