package ai.autoglm.tensorrt.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Checks that several rules share.
final class Checks {
    private Checks() {}

    static Rule.Check all(Rule.Check... checks) {
        return node -> List.of(checks).stream()
                .map(check -> check.complaint(node))
                .flatMap(Optional::stream)
                .findFirst();
    }

    static Rule.Check nothingElse() {
        return _ -> Optional.empty();
    }

    /// All inputs from `first` on have the first one's element type.
    static Rule.Check sameTypes(int first) {
        return node -> {
            GraphType type = node.input(first).type();
            for (int index = first + 1; index < node.inputs().size(); index++) {
                if (node.hasInput(index) && node.input(index).type() != type) {
                    return Optional.of(
                            "input " + index + " is " + node.input(index).type() + " beside " + type);
                }
            }
            return Optional.empty();
        };
    }

    static Rule.Check inputType(int index, Set<GraphType> types) {
        return node -> !node.hasInput(index) || types.contains(node.input(index).type())
                ? Optional.empty()
                : Optional.of("input " + index + " is " + node.input(index).type() + ", not one of " + types);
    }

    static Rule.Check rank(int index, int rank) {
        return node -> node.input(index).rank() == rank
                ? Optional.empty()
                : Optional.of(
                        "input " + index + " has rank " + node.input(index).rank() + ", not " + rank);
    }

    static Rule.Check initializer(int index, String what) {
        return node -> !node.hasInput(index) || node.isInitializer(index)
                ? Optional.empty()
                : Optional.of(what + " is no initializer");
    }

    static Rule.Check outputs(int count) {
        return node -> node.outputCount() == count
                ? Optional.empty()
                : Optional.of(node.outputCount() + " outputs instead of " + count);
    }

    static Rule.Check absentInput(int index, String name) {
        return node -> node.hasInput(index) ? Optional.of(name + " is not supported") : Optional.empty();
    }

    static Rule.Check absentAttribute(String name) {
        return node -> node.hasAttribute(name) ? Optional.of(name + " is not supported") : Optional.empty();
    }

    static Rule.Check require(Predicate<GraphNode> holds, String complaint) {
        return node -> holds.test(node) ? Optional.empty() : Optional.of(complaint);
    }

    /// Extents of the first two inputs that must not differ; equality of unknown ones is not proved here.
    static Rule.Check sameExtent(int leftAxis, int rightAxis, String what) {
        return node -> node.input(0).extent(leftAxis).contradicts(node.input(1).extent(rightAxis))
                ? Optional.of(what + " differ: " + node.input(0) + " and " + node.input(1))
                : Optional.empty();
    }
}
