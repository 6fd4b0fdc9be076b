package ai.autoglm.tensorrt.runtime;

/// How much may be spent on captured graphs.
///
/// @param maxCount of graphs; each has a context of its own, which is never freed
/// @param reservedBytes of the GPU's memory that no graph may take
public record GraphSettings(int maxCount, long reservedBytes) {
    public GraphSettings {
        if (maxCount < 0 || reservedBytes < 0) {
            throw new IllegalArgumentException("graphs " + maxCount + ", reserved bytes " + reservedBytes);
        }
    }

    /// Batches of 1, 2, 4, 8 and 16 with eight lengths each, and 256 MiB left free.
    public static GraphSettings defaults() {
        return new GraphSettings(40, 256L << 20);
    }
}
