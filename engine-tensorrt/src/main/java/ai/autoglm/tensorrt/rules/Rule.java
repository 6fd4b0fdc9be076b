package ai.autoglm.tensorrt.rules;

import java.util.Optional;
import java.util.Set;

/// One row of the table: what an operator must be like.
///
/// @param operator as in the ONNX specification
/// @param types element types that its first input may have
/// @param check a complaint, or nothing when the node is as it must be
/// @param source where this is written
record Rule(String operator, Set<GraphType> types, Check check, String source) {
    @FunctionalInterface
    interface Check {
        Optional<String> complaint(GraphNode node);
    }

    Rule {
        types = Set.copyOf(types);
    }

    Optional<String> complaint(GraphNode node) {
        if (!types.contains(node.input(0).type())) {
            return Optional.of(operator + " of " + node.input(0).type() + ", but only " + sorted() + " are taken");
        }
        return check.complaint(node);
    }

    private String sorted() {
        return types.stream()
                .sorted()
                .map(Enum::name)
                .reduce((left, right) -> left + ", " + right)
                .orElse("nothing");
    }
}
