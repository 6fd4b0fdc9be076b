package ai.autoglm.tensorrt.rules;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import org.junit.jupiter.api.Test;

/// What would make TensorRT refuse a graph is found, and told with its source.
final class GraphRulesTest {
    @Test
    void anUnknownOperatorIsRefused() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT, 2, 8)
                .node("DynamicQuantizeLinear", "y", "x")
                .build();

        assertThat(GraphRules.check(graph)).singleElement().satisfies(violation -> {
            assertThat(violation.complaint()).contains("DynamicQuantizeLinear is not in the table");
            assertThat(violation.source()).contains("operators.md");
        });
    }

    @Test
    void typesAreNeverMixed() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .input("y", GraphType.FLOAT, 2, 8)
                .node("Add", "z", "x", "y")
                .build();

        assertThat(GraphRules.check(graph))
                .extracting(Violation::complaint)
                .containsExactly("input 1 is FLOAT beside FLOAT16");
    }

    @Test
    void joinedPartsHaveOneType() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .input("y", GraphType.FLOAT, 2, 8)
                .node("Concat", "z", "x", "y")
                .integer("axis", 0)
                .build();

        assertThat(GraphRules.check(graph))
                .extracting(Violation::complaint)
                .containsExactly("input 1 is FLOAT beside FLOAT16");
    }

    @Test
    void aCastMakesTypesEqual() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .input("y", GraphType.FLOAT, 2, 8)
                .node("Cast", "half", "y")
                .integer("to", GraphType.FLOAT16.number())
                .node("Add", "z", "x", "half")
                .output("z", GraphType.FLOAT16, 2, 8)
                .build();

        assertThat(GraphRules.check(graph)).isEmpty();
    }

    @Test
    void aCacheNeedsAFixedNumberOfRows() {
        assertThat(GraphRules.check(cacheUpdate("rows", "cache_out")))
                .extracting(Violation::complaint)
                .containsExactly("the cache's number of rows is not fixed");
        assertThat(GraphRules.check(cacheUpdate(512, "cache_out"))).isEmpty();
    }

    @Test
    void aCacheIsAnInputAndAnOutput() {
        assertThat(GraphRules.check(cacheUpdate(512, "hidden")))
                .extracting(Violation::complaint)
                .containsExactly("its output is no output of the graph");
    }

    private static ModelProto cacheUpdate(Object rows, String result) {
        GraphText text = new GraphText()
                .input("cache", GraphType.FLOAT, "B", 2, rows, 64)
                .input("update", GraphType.FLOAT, "B", 2, "S", 64)
                .input("at", GraphType.INT64, "B")
                .node("TensorScatter", result, "cache", "update", "at")
                .integer("axis", -2);
        return result.equals("cache_out")
                ? text.output(result, GraphType.FLOAT, "B", 2, rows, 64).build()
                : text.build();
    }

    @Test
    void attentionHasOneOutputAndNoPast() {
        ModelProto graph = attention(4, 2).build();
        ModelProto causal = attention(4, 2).integer("is_causal", 1).build();
        ModelProto ungrouped = attention(3, 2).build();

        assertThat(GraphRules.check(graph)).isEmpty();
        assertThat(GraphRules.check(causal))
                .extracting(Violation::complaint)
                .containsExactly("a mask and is_causal exclude each other");
        assertThat(GraphRules.check(ungrouped))
                .extracting(Violation::complaint)
                .containsExactly("the query's heads are no multiple of the keys' heads");
    }

    private static GraphText attention(int heads, int keyHeads) {
        return new GraphText()
                .input("q", GraphType.BFLOAT16, "B", heads, "S", 64)
                .input("k", GraphType.BFLOAT16, "B", keyHeads, "T", 64)
                .input("v", GraphType.BFLOAT16, "B", keyHeads, "T", 64)
                .input("mask", GraphType.BOOL, "B", 1, "S", "T")
                .node("Attention", "o", "q", "k", "v", "mask");
    }

    @Test
    void rotatesAnEvenPartOfTheHead() {
        assertThat(GraphRules.check(rotary(32))).isEmpty();
        assertThat(GraphRules.check(rotary(31)))
                .extracting(Violation::complaint)
                .containsExactly("rotary_embedding_dim is odd, or more than the head has");
        assertThat(GraphRules.check(rotary(128))).hasSize(1);
    }

    private static ModelProto rotary(int dimension) {
        return new GraphText()
                .input("x", GraphType.FLOAT16, "B", 4, "S", 64)
                .input("cos", GraphType.FLOAT16, "B", "S", dimension / 2)
                .input("sin", GraphType.FLOAT16, "B", "S", dimension / 2)
                .node("RotaryEmbedding", "y", "x", "cos", "sin")
                .integer("rotary_embedding_dim", dimension)
                .build();
    }

    @Test
    void fourBitWeightsComeInBlocksOfOneScale() {
        assertThat(GraphRules.check(blocked(128))).isEmpty();
        assertThat(GraphRules.check(blocked(100)))
                .extracting(Violation::complaint)
                .singleElement()
                .asString()
                .startsWith("scale FLOAT16[2, 32] does not fit INT4[100, 32] in blocks of 64");
    }

    private static ModelProto blocked(int rows) {
        return new GraphText()
                .input("x", GraphType.FLOAT16, "B", rows)
                .weight("w", GraphType.INT4, rows, 32)
                .weight("scale", GraphType.FLOAT16, 2, 32)
                .node("DequantizeLinear", "dense", "w", "scale")
                .integer("axis", 0)
                .integer("block_size", 64)
                .node("MatMul", "y", "x", "dense")
                .output("y", GraphType.FLOAT16, "B", 32)
                .build();
    }

    @Test
    void aDeclaredOutputHasTheTypeThatIsComputed() {
        ModelProto graph = new GraphText()
                .input("x", GraphType.FLOAT16, 2, 8)
                .node("Sigmoid", "y", "x")
                .output("y", GraphType.FLOAT, 2, 8)
                .build();

        assertThat(GraphRules.check(graph))
                .extracting(Violation::complaint)
                .containsExactly("declared FLOAT[2, 8] but computed FLOAT16[2, 8]");
    }

    @Test
    void everyRowOfTheTableSaysWhereItIsWritten() {
        assertThat(ParserRules.TABLE)
                .allSatisfy(rule -> assertThat(rule.source()).hasSizeGreaterThan(20));
    }
}
