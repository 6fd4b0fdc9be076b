package ai.autoglm.benchmarks;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A graph whose attentions in parts (Split, several Attention, Concat) are one each.
final class WholeAttention {
    private WholeAttention() {}

    /// Writes the whole graph beside the one in parts, where its weights are.
    static Path besides(Path graph) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
        List<NodeProto> nodes = List.copyOf(model.getGraph().getNodeList());
        Map<String, NodeProto> producers = new HashMap<>();
        nodes.forEach(node -> node.getOutputList().forEach(output -> producers.put(output, node)));
        model.getGraphBuilder().clearNode();
        for (NodeProto node : nodes) {
            if (node.getOpType().equals("Concat")) {
                NodeProto part = Objects.requireNonNull(producers.get(node.getInput(0)));
                NodeProto split = Objects.requireNonNull(producers.get(part.getInput(0)));
                model.getGraphBuilder()
                        .addNode(part.toBuilder().setInput(0, split.getInput(0)).setOutput(0, node.getOutput(0)));
            } else if (!node.getOpType().equals("Attention") || !isSplit(producers.get(node.getInput(0)))) {
                // ONNX Runtime leaves out a Split whose outputs nobody reads.
                model.getGraphBuilder().addNode(node);
            }
        }
        Path whole = graph.resolveSibling("whole-" + graph.getFileName());
        Files.write(whole, model.build().toByteArray());
        return whole;
    }

    private static boolean isSplit(@Nullable NodeProto node) {
        return node != null && node.getOpType().equals("Split");
    }
}
