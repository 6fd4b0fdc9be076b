package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.gpu.GpuInfo;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.lang.foreign.Arena;

/// Loads the plan of a part that was built for exactly this installation and signed by it.
public final class SignedPlans implements PlanSource {
    private final PlanLibrary library;
    private final PlanStore store;
    private final GpuInfo gpu;

    public SignedPlans(PlanLibrary library, PlanStore store, GpuInfo gpu) {
        this.library = library;
        this.store = store;
        this.gpu = gpu;
    }

    /// The key of a part's plan here.
    ///
    /// @throws EngineException when its graph cannot be read
    public PlanKey key(ModelPart part) {
        NetworkSource network = NetworkSource.read(part);
        return PlanKey.of(part, network.profiles(), gpu, library.version());
    }

    @Override
    public LoadedPlan load(ModelPart part) {
        // The engine reads its weights from the mapping for as long as the process lives.
        return library.load(store.map(key(part), Arena.global()));
    }
}
