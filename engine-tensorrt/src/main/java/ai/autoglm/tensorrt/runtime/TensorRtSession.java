package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.memory.CacheDemand;
import ai.autoglm.tensorrt.memory.MemoryPlan;
import ai.autoglm.tensorrt.plan.LoadedPart;
import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.tensorrt.plan.PlanContext;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A model part on a GPU. Inputs go through pinned memory on a copying stream, the computing stream waits for them,
/// runs, and sends the outputs back. One context for each profile; all work in one block of activation memory, since
/// only one runs at a time.
final class TensorRtSession implements ModelSession {
    private static final Logger LOG = LoggerFactory.getLogger(TensorRtSession.class);

    /// Rows of a cache are read up to the length of this input's last axis: what is written later does not count.
    private static final String MASK = "attn_mask";

    private final Gpu gpu;
    private final LoadedPlan plan;
    private final ModelPart part;
    private final DeviceGuard guard;
    private final MemoryPlan memory; // without a cache
    private final GpuStream compute;
    private final GpuStream copy;
    private final DeviceMemory activations;
    private final List<PlanContext> contexts = new ArrayList<>(); // by profile
    private final Map<String, PlanTensor> tensors = new HashMap<>();
    private final Map<String, StagedTensor> staging = new HashMap<>();
    private final DecodeGraphs graphs;

    /// @param freeBytes of the GPU before the plan was loaded
    TensorRtSession(
            Gpu gpu, LoadedPart loaded, ModelPart part, long freeBytes, GraphSettings settings, DeviceFailure failure) {
        this.gpu = gpu;
        this.plan = loaded.plan();
        this.part = part;
        guard = new DeviceGuard(failure);
        long weightBytes = freeBytes - gpu.freeBytes();
        compute = gpu.openStream();
        copy = gpu.openStream();
        long bytes = 1;
        for (int profile = 0; profile < plan.profileCount(); profile++) {
            bytes = Math.max(bytes, plan.activationBytes(profile));
        }
        memory = new MemoryPlan(
                part.kind(),
                weightBytes,
                loaded.fourBitWeightBytes(),
                bytes,
                Optional.empty(),
                Optional.empty(),
                freeBytes);
        if (part.kind() != ModelPart.Kind.DECODER) {
            report(memory);
        }
        activations = gpu.allocate(bytes);
        for (int profile = 0; profile < plan.profileCount(); profile++) {
            contexts.add(newContext(profile));
        }
        plan.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        largestBytes().forEach((name, size) -> staging.put(name, new StagedTensor(name, gpu, size)));
        graphs = new DecodeGraphs(gpu, compute, settings);
    }

    /// Says how the card is shared, once a start.
    private void report(MemoryPlan plan) {
        LOG.info("Memory of the {} on the {}:", part.kind(), gpu.info().name());
        plan.requireFits().table().forEach(LOG::info);
    }

    /// Bytes of what goes between host and GPU, in any profile: caches do not.
    private Map<String, Long> largestBytes() {
        Map<String, Long> sizes = new HashMap<>();
        contexts.forEach(context -> context.largestBytes().forEach((name, size) -> sizes.merge(name, size, Math::max)));
        for (String output : tensors.keySet()) {
            plan.aliasOf(output).ifPresent(input -> sizes.keySet().removeAll(List.of(input, output)));
        }
        return sizes;
    }

    private PlanContext newContext(int profile) {
        PlanContext context = plan.createContext(profile);
        context.useActivationMemory(activations);
        return context;
    }

    @Override
    public boolean takesAnyCacheSize() {
        return false;
    }

    /// @throws EngineException when the plan was built for other caches, or does not update them in place
    @Override
    public CacheMemory allocateCache(CacheLayout layout) {
        for (CacheLayout.CacheTensor cache : layout.tensors()) {
            requireInPlace(cache);
            PlanTensor tensor = require(cache.input());
            List<Long> built = tensor.extents().subList(1, 4);
            List<Long> asked =
                    List.of((long) layout.headCount(), (long) layout.rowCount(), (long) layout.headDimension());
            if (tensor.type() != layout.type() || !built.equals(asked)) {
                throw new EngineException("The engine of the " + part.kind() + " was built for caches of "
                        + tensor.type() + built + ", not " + layout.type() + asked + ": build it again.");
            }
        }
        if (part.kind() == ModelPart.Kind.DECODER) {
            report(memory.taking(takenBytes() + DeviceCacheMemory.exchangeBytes(layout))
                    .with(new CacheDemand(layout, part.resumeSlots())));
        }
        return guard.call(() -> new DeviceCacheMemory(gpu, compute, layout, guard));
    }

    /// Since before the plan was loaded: weights, what goes between host and GPU, what contexts have beside the block
    /// that they work in.
    private long takenBytes() {
        return memory.freeBytes() - gpu.freeBytes() - memory.activationBytes();
    }

    /// TensorRT updates a cache where it is, and only if it is told the same place twice.
    private void requireInPlace(CacheLayout.CacheTensor cache) {
        require(cache.output());
        String alias = plan.aliasOf(cache.output()).orElse("nothing");
        if (!alias.equals(cache.input())) {
            throw new EngineException("The engine of the " + part.kind() + " updates " + alias + " in place of "
                    + cache.input() + ": build it again.");
        }
    }

    private PlanTensor require(String name) {
        PlanTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new EngineException("The engine of the " + part.kind() + " has no tensor " + name + ".");
        }
        return tensor;
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        guard.run(() -> run(inputs, outputs, Map.of(), Map.of(), 0, false));
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs, CacheMemory cache, List<Integer> slots) {
        DeviceCacheMemory device = (DeviceCacheMemory) cache;
        guard.run(() -> {
            Map<String, Shape> shapes = new HashMap<>();
            Map<String, DeviceMemory> addresses = new HashMap<>();
            CacheLayout layout = device.layout();
            for (int index = 0; index < layout.tensors().size(); index++) {
                DeviceMemory place = device.run(index, slots);
                shapes.put(layout.tensors().get(index).input(), layout.shape(slots.size()));
                addresses.put(layout.tensors().get(index).input(), place);
                addresses.put(layout.tensors().get(index).output(), place);
            }
            boolean decode =
                    part.kind() == ModelPart.Kind.DECODER && mask(inputs).extent(2) == 1;
            int profile = decode ? plan.profileCount() - 1 : 0;
            run(inputs, outputs, shapes, addresses, profile, decode && device.isAtFirstPlace(slots));
            device.written(slots, (int) mask(inputs).extent(3));
        });
    }

    private void run(
            Map<String, Tensor> inputs,
            Map<String, Tensor> outputs,
            Map<String, Shape> cacheShapes,
            Map<String, DeviceMemory> cacheAddresses,
            int profile,
            boolean capturable) {
        Map<String, Shape> shapes = new HashMap<>(cacheShapes);
        Map<String, DeviceMemory> addresses = new HashMap<>(cacheAddresses);
        inputs.forEach((name, tensor) -> {
            requireType(name, tensor);
            shapes.put(name, tensor.shape());
            addresses.put(name, staged(name).upload(tensor, copy));
        });
        outputs.forEach((name, tensor) -> {
            requireType(name, tensor);
            addresses.put(name, staged(name).device(tensor.data().byteSize()));
        });
        compute.waitFor(copy);
        RunKey key = new RunKey(profile, shapes, addresses);
        if (capturable) {
            graphs.run(key, () -> newContext(profile), context -> prepare(context, key), contexts.get(profile));
        } else {
            prepare(contexts.get(profile), key);
            contexts.get(profile).enqueue(compute);
        }
        outputs.forEach((name, tensor) -> staged(name).download(tensor.data().byteSize(), compute));
        compute.synchronize();
        outputs.forEach((name, tensor) -> staged(name).finish(tensor));
    }

    private static void prepare(PlanContext context, RunKey key) {
        key.shapes().forEach(context::setShape);
        key.addresses().forEach(context::setAddress);
    }

    private void requireType(String name, Tensor tensor) {
        if (require(name).type() != tensor.type()) {
            throw new EngineException("The engine of the " + part.kind() + " takes "
                    + require(name).type() + " as " + name + ", not " + tensor.type() + ".");
        }
    }

    private StagedTensor staged(String name) {
        StagedTensor staged = staging.get(name);
        if (staged == null) {
            throw new IllegalArgumentException(name + " is a cache of the " + part.kind());
        }
        return staged;
    }

    private static Shape mask(Map<String, Tensor> inputs) {
        Tensor mask = inputs.get(MASK);
        if (mask == null) {
            throw new IllegalArgumentException("A graph with caches has an input " + MASK);
        }
        return mask.shape();
    }

    int graphCount() {
        return graphs.count();
    }

    /// What TensorRT made lives as long as the process.
    @Override
    public void close() {
        try {
            compute.synchronize();
        } catch (GpuException e) {
            LOG.warn("The GPU failed before its work was done: {}", e.getMessage());
        }
    }
}
