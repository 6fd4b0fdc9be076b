package ai.autoglm.tensorrt.rules;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks a graph against the table, node by node, with the types that flow through it.
public final class GraphRules {
    private static final int NEWEST_OPSET = 24;
    private static final int LONGEST_NAME = 4095;
    /// What a network's inputs may be. Source: NvInfer.h, DataType, and docs/operators.md.
    private static final Set<GraphType> INPUT_TYPES = EnumSet.of(
            GraphType.FLOAT,
            GraphType.FLOAT16,
            GraphType.BFLOAT16,
            GraphType.INT32,
            GraphType.INT64,
            GraphType.BOOL,
            GraphType.UINT8);

    private final List<Violation> violations = new ArrayList<>();
    private final KnownValues known;

    private GraphRules(KnownValues known) {
        this.known = known;
    }

    /// Everything in the graph that TensorRT would refuse, in the graph's order; empty for a good one.
    ///
    /// @param model with the extents fixed that have to be, see [FixedExtents]
    public static List<Violation> check(ModelProto model) {
        GraphRules rules = new GraphRules(new KnownValues(model.getGraph()));
        rules.checkModel(model);
        model.getGraph().getInputList().forEach(rules::checkInput);
        model.getGraph().getNodeList().forEach(rules::checkNode);
        model.getGraph().getOutputList().forEach(rules::checkOutput);
        return List.copyOf(rules.violations);
    }

    private void checkModel(ModelProto model) {
        model.getOpsetImportList().forEach(opset -> {
            if (!opset.getDomain().isEmpty() || opset.getVersion() > NEWEST_OPSET) {
                complain(
                        "opset " + opset.getDomain() + " " + opset.getVersion(),
                        "only opsets up to " + NEWEST_OPSET + " of the standard domain are known",
                        Sources.OPERATORS);
            }
        });
    }

    private void checkInput(ValueInfoProto input) {
        if (!INPUT_TYPES.contains(ValueType.of(input).type())) {
            complain(input.getName(), ValueType.of(input).type() + " cannot be an input", Sources.header("DataType"));
        }
        if (input.getName().length() > LONGEST_NAME) {
            complain(input.getName(), "the name is too long", Sources.header("IExecutionContext::setTensorAddress"));
        }
    }

    private void checkNode(NodeProto proto) {
        List<ValueType> inputs = new ArrayList<>();
        for (String name : proto.getInputList()) {
            ValueType type = known.type(name);
            if (type == null) {
                complain(proto.getName(), "nothing computes its input " + name, "the ONNX specification");
                return;
            }
            inputs.add(type);
        }
        GraphNode node = new GraphNode(proto, inputs, known);
        Optional<ValueType> output = OutputTypes.of(node);
        if (output.isEmpty() || rules(node).isEmpty()) {
            complain(proto.getName(), proto.getOpType() + " is not in the table of operators", Sources.OPERATORS);
            return;
        }
        for (Rule rule : rules(node)) {
            rule.complaint(node).ifPresent(complaint -> complain(proto.getName(), complaint, rule.source()));
        }
        proto.getOutputList().forEach(name -> known.define(name, output.get()));
    }

    private static List<Rule> rules(GraphNode node) {
        return ParserRules.TABLE.stream()
                .filter(rule -> rule.operator().equals(node.operator()))
                .toList();
    }

    private void checkOutput(ValueInfoProto output) {
        ValueType computed = known.type(output.getName());
        ValueType declared = ValueType.of(output);
        if (computed == null) {
            complain(output.getName(), "nothing computes this output", "the ONNX specification");
        } else if (computed.type() != declared.type() || computed.rank() != declared.rank()) {
            complain(output.getName(), "declared " + declared + " but computed " + computed, Sources.STRONG_TYPES);
        }
    }

    private void complain(String place, String complaint, String source) {
        violations.add(new Violation(place, complaint, source));
    }
}
