package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.memory.GraphMemory;
import ai.autoglm.tensorrt.memory.MemoryPlan;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.lang.foreign.Arena;

/// Loads the plan of a part that was built for exactly this installation and signed by it.
public final class SignedPlans implements PlanSource {
    private final PlanLibrary library;
    private final PlanStore store;
    private final Gpu gpu;

    public SignedPlans(PlanLibrary library, PlanStore store, Gpu gpu) {
        this.library = library;
        this.store = store;
        this.gpu = gpu;
    }

    /// @throws EngineException when its graph cannot be read, when it does not fit on the card, and for every reason of
    ///     [PlanStore#map]
    @Override
    public LoadedPart load(ModelPart part) {
        NetworkSource network = NetworkSource.read(part);
        MemoryPlan memory =
                GraphMemory.plan(part, network.model(), gpu.freeBytes()).requireFits();
        PlanKey key = PlanKey.of(part, network.profiles(), gpu.info(), library.version());
        // The engine may read its weights from the mapping for as long as the process lives.
        LoadedPlan plan = library.load(store.map(key, Arena.global()));
        store.use(key);
        return new LoadedPart(plan, memory.fourBitWeightBytes());
    }
}
