package ai.autoglm.tensorrt.rules;

import static ai.autoglm.tensorrt.rules.Checks.absentAttribute;
import static ai.autoglm.tensorrt.rules.Checks.absentInput;
import static ai.autoglm.tensorrt.rules.Checks.all;
import static ai.autoglm.tensorrt.rules.Checks.initializer;
import static ai.autoglm.tensorrt.rules.Checks.inputType;
import static ai.autoglm.tensorrt.rules.Checks.nothingElse;
import static ai.autoglm.tensorrt.rules.Checks.outputs;
import static ai.autoglm.tensorrt.rules.Checks.rank;
import static ai.autoglm.tensorrt.rules.Checks.require;
import static ai.autoglm.tensorrt.rules.Checks.sameExtent;
import static ai.autoglm.tensorrt.rules.Checks.sameTypes;
import static ai.autoglm.tensorrt.rules.GraphType.BFLOAT16;
import static ai.autoglm.tensorrt.rules.GraphType.BOOL;
import static ai.autoglm.tensorrt.rules.GraphType.FLOAT;
import static ai.autoglm.tensorrt.rules.GraphType.FLOAT16;
import static ai.autoglm.tensorrt.rules.GraphType.INT32;
import static ai.autoglm.tensorrt.rules.GraphType.INT4;
import static ai.autoglm.tensorrt.rules.GraphType.INT64;
import static ai.autoglm.tensorrt.rules.GraphType.INT8;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The table: what TensorRT 11.2 takes of each operator that this project's graphs have, one row for each source.
/// An operator without a row is refused. Operators that TensorRT knows but no graph of ours has are left out.
final class ParserRules {
    private static final Set<GraphType> REAL = EnumSet.of(FLOAT, FLOAT16, BFLOAT16);
    private static final Set<GraphType> NUMBERS = EnumSet.of(FLOAT, FLOAT16, BFLOAT16, INT32, INT64);
    private static final Set<GraphType> MOVABLE = EnumSet.of(FLOAT, FLOAT16, BFLOAT16, INT32, INT64, BOOL);
    private static final Set<GraphType> INDICES = EnumSet.of(INT32, INT64);

    static final List<Rule> TABLE = List.of(
            new Rule("Add", NUMBERS, nothingElse(), Sources.OPERATORS),
            new Rule("Add", NUMBERS, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("Mul", NUMBERS, nothingElse(), Sources.OPERATORS),
            new Rule("Mul", NUMBERS, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("MatMul", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("MatMul", REAL, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("Cast", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule("Sigmoid", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("Tanh", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("Gelu", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("RMSNormalization", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("RMSNormalization", REAL, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("LayerNormalization", REAL, outputs(1), Sources.OPERATORS),
            new Rule("LayerNormalization", REAL, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("Conv", REAL, nothingElse(), Sources.OPERATORS),
            new Rule("Conv", REAL, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("Reshape", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule("Transpose", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule("Gather", MOVABLE, inputType(1, INDICES), Sources.OPERATORS),
            new Rule("GatherND", MOVABLE, inputType(1, INDICES), Sources.OPERATORS),
            new Rule("Where", EnumSet.of(BOOL), inputType(1, MOVABLE), Sources.OPERATORS),
            new Rule("Where", EnumSet.of(BOOL), sameTypes(1), Sources.STRONG_TYPES),
            new Rule(
                    "Where",
                    EnumSet.of(BOOL),
                    require(
                            node -> node.input(0).rank() == node.input(1).rank()
                                    && node.input(1).rank() == node.input(2).rank(),
                            "its inputs have different ranks"),
                    Sources.message(
                            "libnvonnxparser",
                            "The rank of the condition input tensor must be the same of the input x tensor")),
            new Rule("Shape", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule("Slice", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule(
                    "Slice",
                    MOVABLE,
                    all(inputType(1, INDICES), inputType(2, INDICES), initializer(3, "axes")),
                    Sources.importer("Slice")),
            new Rule("Split", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule(
                    "Split",
                    MOVABLE,
                    require(
                            node -> node.integer("num_outputs", node.outputCount()) == node.outputCount(),
                            "num_outputs is not the number of outputs"),
                    Sources.importer("Split")),
            new Rule("Concat", MOVABLE, nothingElse(), Sources.OPERATORS),
            new Rule("Concat", MOVABLE, sameTypes(0), Sources.STRONG_TYPES),
            new Rule("RotaryEmbedding", REAL, sameTypes(0), Sources.STRONG_TYPES),
            new Rule(
                    "RotaryEmbedding",
                    REAL,
                    all(
                            rank(0, 4),
                            rank(1, 3),
                            rank(2, 3),
                            absentInput(3, "position_ids beside three-dimensional caches"),
                            sameExtent(0, 0, "batch sizes"),
                            sameExtent(2, 1, "sequence lengths")),
                    Sources.header("INetworkDefinition::addRotaryEmbedding")),
            new Rule(
                    "RotaryEmbedding",
                    REAL,
                    require(ParserRules::isEvenPartOfTheHead, "rotary_embedding_dim is odd, or more than the head has"),
                    Sources.message("libnvinfer", "rotaryEmbeddingDim >= 0 && rotaryEmbeddingDim % 2 == 0")),
            new Rule(
                    "TensorScatter",
                    REAL,
                    all(rank(0, 4), rank(1, 4), require(ParserRules::isAlongRows, "axis is not -2")),
                    Sources.importer("TensorScatter")),
            new Rule(
                    "TensorScatter",
                    REAL,
                    require(node -> node.text("mode", "linear").equals("linear"), "mode is not linear"),
                    Sources.message("libnvinfer", "Only linear KV cache mode is supported for now.")),
            new Rule(
                    "TensorScatter",
                    REAL,
                    require(node -> node.input(0).extent(-2).isFixed(), "the cache's number of rows is not fixed"),
                    Sources.message("libnvinfer", "The KV cache tensor must have a static sequence length dimension.")),
            new Rule(
                    "TensorScatter",
                    REAL,
                    all(
                            require(
                                    node -> node.input(0).type()
                                            == node.input(1).type(),
                                    "cache and update differ in type"),
                            sameExtent(1, 1, "numbers of heads"),
                            sameExtent(3, 3, "head sizes")),
                    Sources.message(
                            "libnvinfer",
                            "The KV cache and newly calculated KV tensors must have the same number of heads and head size.")),
            new Rule(
                    "TensorScatter",
                    REAL,
                    all(rank(2, 1), inputType(2, INDICES)),
                    Sources.header("INetworkDefinition::addKVCacheUpdate")),
            new Rule("TensorScatter", REAL, ParserRules::aliasable, Sources.ALIASING),
            new Rule(
                    "Attention",
                    REAL,
                    outputs(1),
                    Sources.message("libnvonnxparser", "TensorRT only supports Attention nodes with one output.")),
            new Rule(
                    "Attention",
                    REAL,
                    all(
                            rank(0, 4),
                            rank(1, 4),
                            rank(2, 4),
                            absentInput(4, "past_key"),
                            absentInput(5, "past_value"),
                            absentInput(6, "nonpad_kv_seqlen"),
                            absentAttribute("qk_matmul_output_mode"),
                            absentAttribute("softmax_precision"),
                            require(node -> node.decimal("softcap", 0) == 0, "softcap is not supported")),
                    Sources.OPERATORS),
            new Rule(
                    "Attention",
                    REAL,
                    require(
                            node -> !node.hasInput(3) || node.integer("is_causal", 0) == 0,
                            "a mask and is_causal exclude each other"),
                    Sources.header("IAttention::setCausalKind")),
            new Rule(
                    "Attention",
                    REAL,
                    require(
                            node -> node.input(0).type() == node.input(1).type()
                                    && node.input(0).type() == node.input(2).type(),
                            "query, key and value differ in type"),
                    Sources.STRONG_TYPES),
            new Rule(
                    "Attention",
                    REAL,
                    require(
                            node -> !node.hasInput(3)
                                    || node.input(3).type() == BOOL
                                    || node.input(3).type() == node.input(0).type(),
                            "the mask is neither BOOL nor of the query's type"),
                    Sources.header("IAttention::setMask")),
            new Rule(
                    "Attention",
                    REAL,
                    require(node -> !node.hasInput(3) || node.input(3).rank() <= 4, "the mask has more than four axes"),
                    Sources.message("libnvonnxparser", "Attention masks should have rank leq 4.")),
            new Rule(
                    "Attention",
                    REAL,
                    all(
                            sameExtent(3, 3, "head sizes"),
                            require(
                                    ParserRules::headsAreGroups,
                                    "the query's heads are no multiple of the keys' heads")),
                    Sources.header("IAttention")),
            new Rule(
                    "DequantizeLinear",
                    EnumSet.of(INT8, INT4),
                    all(inputType(1, REAL), absentInput(2, "a zero point in our graphs")),
                    Sources.header("IDequantizeLayer: symmetric only")),
            new Rule(
                    "DequantizeLinear",
                    EnumSet.of(INT8, INT4),
                    BlockedWeights::complaint,
                    Sources.importer("DequantizeLinear, QuantDequantLinearHelper")));

    private ParserRules() {}

    private static boolean isEvenPartOfTheHead(GraphNode node) {
        long dimension = node.integer("rotary_embedding_dim", 0);
        boolean fits = !(node.input(0).extent(3) instanceof Extent.Fixed(long head)) || dimension <= head;
        return dimension % 2 == 0 && fits;
    }

    private static boolean isAlongRows(GraphNode node) {
        long axis = node.integer("axis", -2);
        return axis == -2 || axis == node.input(0).rank() - 2;
    }

    private static boolean headsAreGroups(GraphNode node) {
        return !(node.input(0).extent(1) instanceof Extent.Fixed(long queries))
                || !(node.input(1).extent(1) instanceof Extent.Fixed(long keys))
                || queries % keys == 0;
    }

    private static Optional<String> aliasable(GraphNode node) {
        String cache = node.proto().getInput(0);
        String updated = node.proto().getOutput(0);
        if (!node.known().isGraphInput(cache)) {
            return Optional.of("its cache is no input of the graph");
        }
        return node.known()
                .declaredOutput(updated)
                .map(declared -> declared.equals(node.input(0))
                        ? Optional.<String>empty()
                        : Optional.of("output " + declared + " is not as its input " + node.input(0)))
                .orElse(Optional.of("its output is no output of the graph"));
    }
}
