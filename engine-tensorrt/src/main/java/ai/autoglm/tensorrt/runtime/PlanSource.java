package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;

/// Where a part's engine comes from.
@FunctionalInterface
public interface PlanSource {
    /// @throws EngineException when there is none that may be loaded
    LoadedPlan load(ModelPart part);
}
