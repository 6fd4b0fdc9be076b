package ai.autoglm.tensorrt.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Types of what nodes compute, from what they read. Source: the ONNX operator specification, opset 24.
final class OutputTypes {
    private static final Map<String, Function<GraphNode, ValueType>> BY_OPERATOR = Map.ofEntries(
            Map.entry("Add", OutputTypes::broadcast),
            Map.entry("Mul", OutputTypes::broadcast),
            Map.entry("Where", node -> broadcast(node.input(1), node.input(2))),
            Map.entry("MatMul", OutputTypes::matrixProduct),
            Map.entry("Cast", node -> node.input(0).withType(GraphType.of((int) node.integer("to", 0)))),
            Map.entry("Sigmoid", OutputTypes::unchanged),
            Map.entry("Tanh", OutputTypes::unchanged),
            Map.entry("Gelu", OutputTypes::unchanged),
            Map.entry("RMSNormalization", OutputTypes::unchanged),
            Map.entry("LayerNormalization", OutputTypes::unchanged),
            Map.entry("RotaryEmbedding", OutputTypes::unchanged),
            Map.entry("TensorScatter", OutputTypes::unchanged),
            Map.entry(
                    "Attention",
                    node -> node.input(0).withExtent(-1, node.input(2).extent(-1))),
            Map.entry(
                    "DequantizeLinear",
                    node -> node.input(0).withType(node.input(1).type())),
            Map.entry("Conv", OutputTypes::convolution),
            Map.entry("Reshape", OutputTypes::reshape),
            Map.entry("Transpose", OutputTypes::transpose),
            Map.entry("Gather", OutputTypes::gather),
            Map.entry("GatherND", OutputTypes::gatherRows),
            Map.entry("Shape", OutputTypes::shape),
            Map.entry("Slice", OutputTypes::slice),
            Map.entry("Split", OutputTypes::split),
            Map.entry("Concat", OutputTypes::concatenate));

    private OutputTypes() {}

    /// The type of each of the node's outputs, which all have one; empty for an unknown operator.
    static Optional<ValueType> of(GraphNode node) {
        return Optional.ofNullable(BY_OPERATOR.get(node.operator())).map(infer -> infer.apply(node));
    }

    private static ValueType unchanged(GraphNode node) {
        return node.input(0);
    }

    private static ValueType broadcast(GraphNode node) {
        return broadcast(node.input(0), node.input(1));
    }

    private static ValueType broadcast(ValueType left, ValueType right) {
        int rank = Math.max(left.rank(), right.rank());
        List<Extent> extents = new ArrayList<>();
        for (int axis = -rank; axis < 0; axis++) {
            Extent of = -axis > left.rank() ? Extent.fixed(1) : left.extent(axis);
            Extent other = -axis > right.rank() ? Extent.fixed(1) : right.extent(axis);
            extents.add(of.isOne() ? other : of);
        }
        return left.withExtents(extents);
    }

    private static ValueType matrixProduct(GraphNode node) {
        ValueType left = node.input(0);
        ValueType right = node.input(1);
        // A matrix on the left is repeated for each matrix of a higher-ranked right side, and the other way round.
        List<Extent> extents = new ArrayList<>(left.rank() >= right.rank() ? left.extents() : right.extents());
        extents.set(extents.size() - 2, left.extent(-2));
        extents.set(extents.size() - 1, right.extent(-1));
        return left.withExtents(extents);
    }

    private static ValueType convolution(GraphNode node) {
        List<Extent> extents = new ArrayList<>(Collections.nCopies(node.input(0).rank(), Extent.computed()));
        extents.set(0, node.input(0).extent(0));
        extents.set(1, node.input(1).extent(0));
        for (int axis = 2; axis < extents.size(); axis++) {
            extents.set(axis, convolved(node, axis));
        }
        return node.input(0).withExtents(extents);
    }

    private static Extent convolved(GraphNode node, int axis) {
        List<Long> pads = node.integers("pads");
        List<Long> strides = node.integers("strides");
        if (pads.isEmpty()
                || strides.isEmpty()
                || !(node.input(0).extent(axis) instanceof Extent.Fixed(long size))
                || !(node.input(1).extent(axis) instanceof Extent.Fixed(long kernel))) {
            return Extent.computed();
        }
        long padded = size + pads.get(axis - 2) + pads.get(pads.size() / 2 + axis - 2);
        return Extent.fixed((padded - kernel) / strides.get(axis - 2) + 1);
    }

    private static ValueType reshape(GraphNode node) {
        ValueType data = node.input(0);
        Optional<long[]> constant = node.constant(1);
        List<Extent> extents = new ArrayList<>();
        if (constant.isEmpty()) {
            long rank = node.input(1).extent(0) instanceof Extent.Fixed(long size) ? size : 0;
            extents.addAll(Collections.nCopies((int) rank, Extent.computed()));
            return data.withExtents(extents);
        }
        long[] shape = constant.get();
        for (int axis = 0; axis < shape.length; axis++) {
            extents.add(
                    shape[axis] == 0
                            ? data.extent(axis)
                            : shape[axis] > 0 ? Extent.fixed(shape[axis]) : rest(data, extents, shape, axis));
        }
        return data.withExtents(extents);
    }

    /// What -1 stands for, where everything else is copied or fixed.
    private static Extent rest(ValueType data, List<Extent> before, long[] shape, int axis) {
        long rest = 1;
        for (int index = 0; index < data.rank(); index++) {
            boolean copied = index < before.size() && shape[index] == 0;
            if (!copied && !(data.extent(index) instanceof Extent.Fixed)) {
                return Extent.computed();
            }
            rest *= !copied && data.extent(index) instanceof Extent.Fixed(long size) ? size : 1;
        }
        for (int index = 0; index < shape.length; index++) {
            rest = index != axis && shape[index] > 0 ? rest / shape[index] : rest;
        }
        return Extent.fixed(rest);
    }

    private static ValueType transpose(GraphNode node) {
        return node.input(0)
                .withExtents(node.integers("perm").stream()
                        .map(axis -> node.input(0).extent(axis.intValue()))
                        .toList());
    }

    private static ValueType gather(GraphNode node) {
        int axis = Math.floorMod(node.integer("axis", 0), node.input(0).rank());
        List<Extent> extents = new ArrayList<>(node.input(0).extents().subList(0, axis));
        extents.addAll(node.input(1).extents());
        extents.addAll(node.input(0).extents().subList(axis + 1, node.input(0).rank()));
        return node.input(0).withExtents(extents);
    }

    private static ValueType gatherRows(GraphNode node) {
        ValueType indices = node.input(1);
        long depth = indices.extent(-1) instanceof Extent.Fixed(long size) ? size : 1;
        List<Extent> extents = new ArrayList<>(indices.extents().subList(0, indices.rank() - 1));
        int kept = (int) (node.integer("batch_dims", 0) + depth);
        extents.addAll(node.input(0).extents().subList(kept, node.input(0).rank()));
        return node.input(0).withExtents(extents);
    }

    private static ValueType shape(GraphNode node) {
        long rank = node.input(0).rank();
        return new ValueType(
                GraphType.INT64, List.of(Extent.fixed(node.integer("end", rank) - node.integer("start", 0))));
    }

    private static ValueType slice(GraphNode node) {
        ValueType sliced = node.input(0);
        for (long axis : node.constant(3).orElse(new long[0])) {
            sliced = sliced.withExtent((int) axis, Extent.computed());
        }
        return sliced;
    }

    private static ValueType split(GraphNode node) {
        int axis = (int) node.integer("axis", 0);
        return node.input(0).extent(axis) instanceof Extent.Fixed(long size)
                ? node.input(0).withExtent(axis, Extent.fixed(size / node.outputCount()))
                : node.input(0).withExtent(axis, Extent.computed());
    }

    private static ValueType concatenate(GraphNode node) {
        int axis = (int) node.integer("axis", 0);
        long sum = 0;
        for (ValueType part : node.inputs()) {
            if (!(part.extent(axis) instanceof Extent.Fixed(long size))) {
                return part.withExtent(axis, Extent.computed());
            }
            sum += size;
        }
        return node.input(0).withExtent(axis, Extent.fixed(sum));
    }
}
