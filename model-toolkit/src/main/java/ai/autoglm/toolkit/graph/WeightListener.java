package ai.autoglm.toolkit.graph;

/// Told of progress while weights stream into a bundle.
@FunctionalInterface
public interface WeightListener {
    /// `bytes` more of the checkpoint's weights have been read.
    void read(long bytes);
}
