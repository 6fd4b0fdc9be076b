package ai.autoglm.tensorrt.testing;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.plan.LoadedPlan;
import ai.autoglm.tensorrt.plan.PlanContext;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An engine whose kernels are Java. What TensorRT takes on trust is checked when a run is added: each address is
/// set, aligned and large enough, each dynamic shape is set, and outputs that update an input have its address.
public final class FakePlan implements LoadedPlan {
    private static final int ALIGNMENT = 256;
    private static final long ACTIVATION_BYTES = 4096;
    private static final long LARGEST_BYTES = 1 << 20;

    private final FakeGpu gpu;
    private final List<PlanTensor> tensors;
    private final Map<String, String> aliases;
    private final int profileCount;
    private final Kernels kernels;
    private int contextCount;

    /// What a run computes, on tensors that are views of the fake GPU's memory.
    @FunctionalInterface
    public interface Kernels {
        void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs);
    }

    /// @param aliases output to the input that it updates
    public FakePlan(
            FakeGpu gpu, List<PlanTensor> tensors, Map<String, String> aliases, int profileCount, Kernels kernels) {
        this.gpu = gpu;
        this.tensors = List.copyOf(tensors);
        this.aliases = Map.copyOf(aliases);
        this.profileCount = profileCount;
        this.kernels = kernels;
    }

    @Override
    public List<PlanTensor> tensors() {
        return tensors;
    }

    @Override
    public Optional<String> aliasOf(String output) {
        return Optional.ofNullable(aliases.get(output));
    }

    @Override
    public int profileCount() {
        return profileCount;
    }

    @Override
    public long activationBytes(int profile) {
        return ACTIVATION_BYTES;
    }

    @Override
    public PlanContext createContext(int profile) {
        if (profile < 0 || profile >= profileCount) {
            throw GpuException.failed("setOptimizationProfileAsync", "there is no profile " + profile);
        }
        gpu.check("createExecutionContext");
        contextCount++;
        return new Context();
    }

    /// Contexts made so far; none is ever freed.
    public int contextCount() {
        return contextCount;
    }

    @Override
    public String describeLayers() {
        return "{}";
    }

    private final class Context implements PlanContext {
        private final Map<String, Shape> shapes = new HashMap<>();
        private final Map<String, DeviceMemory> addresses = new HashMap<>();
        private @Nullable DeviceMemory activations;

        @Override
        public void useActivationMemory(DeviceMemory memory) {
            activations = memory;
        }

        @Override
        public Map<String, Long> largestBytes() {
            return tensors.stream().collect(Collectors.toMap(PlanTensor::name, _ -> LARGEST_BYTES));
        }

        @Override
        public void setShape(String input, Shape shape) {
            PlanTensor tensor = tensor(input);
            boolean fits = tensor.isInput() && tensor.extents().size() == shape.rank();
            for (int axis = 0; fits && axis < shape.rank(); axis++) {
                long built = tensor.extents().get(axis);
                fits = built == -1 || built == shape.extent(axis);
            }
            if (!fits) {
                throw GpuException.refused("setInputShape", input + shape + " is not " + tensor.extents());
            }
            shapes.put(input, shape);
        }

        @Override
        public void setAddress(String name, DeviceMemory memory) {
            tensor(name);
            if (memory.address() % ALIGNMENT != 0) {
                throw GpuException.refused("setTensorAddress", name + " is not aligned");
            }
            addresses.put(name, memory);
        }

        @Override
        public void enqueue(GpuStream stream) {
            if (activations == null || activations.byteSize() < ACTIVATION_BYTES) {
                throw GpuException.failed("enqueueV3", "the activation memory is too small");
            }
            aliases.forEach((output, input) -> {
                if (!address(output).equals(address(input))) {
                    throw new IllegalStateException(output + " is not where " + input + " is");
                }
            });
            Map<String, Tensor> inputs = new HashMap<>();
            Map<String, Tensor> outputs = new HashMap<>();
            for (PlanTensor tensor : tensors) {
                Tensor view = view(tensor);
                (tensor.isInput() ? inputs : outputs).put(tensor.name(), view);
            }
            // In place means the same tensor twice, as for every engine.
            aliases.forEach((output, input) -> outputs.put(output, inputs.get(input)));
            ((FakeStream) stream)
                    .add(
                            "enqueueV3",
                            () -> kernels.run(inputs, outputs),
                            addresses.values().stream()
                                    .map(FakeStream.Range::of)
                                    .toArray(FakeStream.Range[]::new));
        }

        private Tensor view(PlanTensor tensor) {
            DeviceMemory memory = address(tensor.name());
            Shape shape = tensor.isInput() ? inputShape(tensor) : outputShape(tensor, memory);
            long bytes = shape.elementCount() * tensor.type().bytes();
            if (memory.byteSize() < bytes) {
                throw new IllegalStateException(
                        tensor.name() + shape + " does not fit into " + memory.byteSize() + " bytes");
            }
            return new Tensor(tensor.type(), shape, gpu.content(memory.slice(0, bytes)));
        }

        private Shape inputShape(PlanTensor tensor) {
            Shape shape = shapes.get(tensor.name());
            if (shape == null && tensor.extents().contains(-1L)) {
                throw GpuException.failed("enqueueV3", "the shape of " + tensor.name() + " is not set");
            }
            return shape == null ? shape(tensor, 1) : shape;
        }

        /// The one extent that varies is what the memory has room for.
        private Shape outputShape(PlanTensor tensor, DeviceMemory memory) {
            String input = aliases.get(tensor.name());
            if (input != null) {
                return inputShape(tensor(input));
            }
            long rest = shape(tensor, 1).elementCount() * tensor.type().bytes();
            return shape(tensor, memory.byteSize() / rest);
        }

        private static Shape shape(PlanTensor tensor, long varying) {
            return Shape.of(tensor.extents().stream()
                    .mapToLong(extent -> extent == -1 ? varying : extent)
                    .toArray());
        }

        private DeviceMemory address(String name) {
            DeviceMemory memory = addresses.get(name);
            if (memory == null) {
                throw GpuException.failed("enqueueV3", "the address of " + name + " is not set");
            }
            return memory;
        }
    }

    private PlanTensor tensor(String name) {
        return tensors.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> GpuException.refused("setTensorAddress", "there is no " + name));
    }
}
