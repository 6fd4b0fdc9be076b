package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;

/// Where a part's engine comes from.
@FunctionalInterface
public interface PlanSource {
    /// @throws EngineException when there is none that may be loaded
    LoadedPart load(ModelPart part);
}
