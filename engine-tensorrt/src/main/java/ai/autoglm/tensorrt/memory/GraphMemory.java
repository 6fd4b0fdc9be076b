package ai.autoglm.tensorrt.memory;

import ai.autoglm.tensorrt.rules.GraphType;
import ai.autoglm.tensorrt.rules.WidestAttention;
import ai.autoglm.toolkit.bundle.WeightFormat;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a part will take on a card, from its graph alone: known before an engine is built, which takes minutes, and
/// before one is loaded.
public final class GraphMemory {
    /// What kernels may use beside a graph's own values. The builder is held to it.
    public static final long WORKSPACE_BYTES = 256L << 20;

    private static final int FOUR_BITS = 4;
    private static final int SCALE_BITS = 16;
    private static final int COLOURS = 3;

    private GraphMemory() {}

    /// @param model with the caches' rows fixed
    /// @param freeBytes of the card before anything of this part is there
    public static MemoryPlan plan(ModelPart part, ModelProto model, long freeBytes) {
        WidestAttention attention = WidestAttention.of(model);
        Optional<CacheDemand> cache =
                part.kind() == ModelPart.Kind.DECODER ? Optional.of(cache(part, model)) : Optional.empty();
        Optional<PictureDemand> picture = part.kind() == ModelPart.Kind.VISION_ENCODER && attention.headCount() > 0
                ? Optional.of(picture(part, model, attention))
                : Optional.empty();
        long scores = switch (part.kind()) {
            case DECODER ->
                cache.map(demand -> chunkBytes(part, attention, demand)).orElse(0L);
            case VISION_ENCODER -> picture.map(PictureDemand::byteSize).orElse(0L);
            case AUDIO_ENCODER -> windowBytes(attention);
            case FUSION -> 0;
        };
        return new MemoryPlan(
                part.kind(),
                weightBytes(model),
                fourBitWeightBytes(part, model),
                WORKSPACE_BYTES + scores,
                cache,
                picture,
                freeBytes);
    }

    /// What a decoder's weights would be in blocks of four bits; empty where they are, or for an encoder, whose
    /// weights no precision for cards makes smaller.
    private static OptionalLong fourBitWeightBytes(ModelPart part, ModelProto model) {
        boolean packed = model.getGraph().getInitializerList().stream()
                .anyMatch(weight -> weight.getDataType() == GraphType.INT4.number());
        if (part.kind() != ModelPart.Kind.DECODER || packed) {
            return OptionalLong.empty();
        }
        Set<String> matrices = model.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("MatMul"))
                .map(node -> node.getInput(1))
                .collect(Collectors.toUnmodifiableSet());
        return OptionalLong.of(model.getGraph().getInitializerList().stream()
                .mapToLong(weight ->
                        matrices.contains(weight.getName()) && weight.getDims(0) % WeightFormat.BLOCK_ROWS == 0
                                ? elementCount(weight)
                                        * (FOUR_BITS * WeightFormat.BLOCK_ROWS + SCALE_BITS)
                                        / WeightFormat.BLOCK_ROWS
                                        / Byte.SIZE
                                : byteSize(weight))
                .sum());
    }

    private static long weightBytes(ModelProto model) {
        return model.getGraph().getInitializerList().stream()
                .mapToLong(GraphMemory::byteSize)
                .sum();
    }

    private static long byteSize(TensorProto weight) {
        return elementCount(weight) * GraphType.of(weight.getDataType()).bits() / Byte.SIZE;
    }

    private static long elementCount(TensorProto weight) {
        return weight.getDimsList().stream().reduce(1L, Math::multiplyExact);
    }

    /// The KV cache as the graph declares it, with its rows fixed.
    private static CacheDemand cache(ModelPart part, ModelProto model) {
        Map<String, ValueInfoProto> inputs = model.getGraph().getInputList().stream()
                .collect(Collectors.toMap(ValueInfoProto::getName, Function.identity()));
        List<CacheTensor> tensors = IntStream.iterate(
                        0, layer -> inputs.containsKey(CacheTensor.keys(layer).input()), layer -> layer + 1)
                .boxed()
                .flatMap(layer -> Stream.of(CacheTensor.keys(layer), CacheTensor.values(layer)))
                .toList();
        TypeProto.Tensor keys = Objects.requireNonNull(
                        inputs.get(CacheTensor.keys(0).input()))
                .getType()
                .getTensorType();
        List<Dimension> extents = keys.getShape().getDimList();
        return new CacheDemand(
                new CacheLayout(
                        tensors,
                        elementType(keys.getElemType()),
                        (int) part.limit("B"),
                        (int) extents.get(1).getDimValue(),
                        (int) extents.get(2).getDimValue(),
                        (int) extents.get(3).getDimValue()),
                part.resumeSlots());
    }

    private static ElementType elementType(int number) {
        return switch (GraphType.of(number)) {
            case FLOAT -> ElementType.FLOAT32;
            case FLOAT16 -> ElementType.FLOAT16;
            case BFLOAT16 -> ElementType.BFLOAT16;
            default -> throw new IllegalArgumentException("A cache of " + GraphType.of(number));
        };
    }

    /// Scores of one layer's attention over a chunk, before and after softmax: what is there at once where no single
    /// kernel computes it.
    private static long chunkBytes(ModelPart part, WidestAttention attention, CacheDemand cache) {
        return 2
                * attention.headCount()
                * part.limit("S")
                * part.limit("T")
                * cache.layout().type().bytes();
    }

    /// The same of an audio encoder's window, whose length the graph says.
    private static long windowBytes(WidestAttention attention) {
        return 2 * attention.headCount() * attention.scoreBytes() * attention.keyCount() * attention.keyCount();
    }

    private static PictureDemand picture(ModelPart part, ModelProto model, WidestAttention attention) {
        long patchValues = model.getGraph().getInputList().stream()
                .filter(input -> input.getName().equals("pixel_values"))
                .findFirst()
                .orElseThrow()
                .getType()
                .getTensorType()
                .getShape()
                .getDim(1)
                .getDimValue();
        return new PictureDemand(
                attention.headCount(),
                attention.partCount(),
                attention.scoreBytes(),
                part.limit("N") / attention.partCount() * attention.partCount(),
                patchValues / COLOURS);
    }
}
