package ai.autoglm.tensorrt.rules;

/// One extent of a tensor while a graph is checked.
sealed interface Extent {
    /// The same in every run.
    record Fixed(long size) implements Extent {
        @Override
        public String toString() {
            return Long.toString(size);
        }
    }

    /// Given a value by each run; equal names are equal extents.
    record Named(String name) implements Extent {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Computed from values that only a run knows.
    record Computed() implements Extent {
        @Override
        public String toString() {
            return "?";
        }
    }

    static Extent fixed(long size) {
        return new Fixed(size);
    }

    static Extent computed() {
        return new Computed();
    }

    default boolean isFixed() {
        return this instanceof Fixed;
    }

    default boolean isOne() {
        return this instanceof Fixed(long size) && size == 1;
    }

    /// Whether both are known to differ: two fixed extents of different size.
    default boolean contradicts(Extent other) {
        return this instanceof Fixed(long left) && other instanceof Fixed(long right) && left != right;
    }
}
