package ai.autoglm.tensorrt.rules;

import java.util.Optional;

/// What TensorRT takes as a weight in blocks of one scale each: the scale has the weight's rank, one of the last two
/// axes is cut into blocks, and four-bit weights come in pairs.
final class BlockedWeights {
    private BlockedWeights() {}

    static Optional<String> complaint(GraphNode node) {
        ValueType weight = node.input(0);
        ValueType scale = node.input(1);
        if (weight.type() == GraphType.INT4 && elementCount(weight) % 2 != 0) {
            return Optional.of("an odd number of four-bit elements");
        }
        if (scale.rank() != weight.rank()) {
            return node.hasAttribute("block_size")
                    ? Optional.of("block_size with a scale of rank " + scale.rank())
                    : Optional.empty();
        }
        int axis = Math.floorMod(node.integer("axis", 1), weight.rank());
        if (axis < weight.rank() - 2) {
            return Optional.of("blocks lie along axis " + axis + ", which is none of the last two");
        }
        long block = node.integer("block_size", 0);
        for (int index = 0; index < weight.rank(); index++) {
            long expected = index == axis && block > 0 ? size(weight, index) / block : size(weight, index);
            boolean whole = index != axis || block <= 0 || size(weight, index) % block == 0;
            if (!whole || size(scale, index) != expected) {
                return Optional.of("scale " + scale + " does not fit " + weight + " in blocks of " + block);
            }
        }
        return Optional.empty();
    }

    private static long elementCount(ValueType value) {
        long count = 1;
        for (int index = 0; index < value.rank(); index++) {
            count *= size(value, index);
        }
        return count;
    }

    private static long size(ValueType value, int axis) {
        return value.extent(axis) instanceof Extent.Fixed(long size) ? size : 0;
    }
}
