package ai.autoglm.vision.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.image.ImagePatches;

/// The vision tower.
///
/// How to test against it: a fake returns rows of the right count.
public interface VisionEncoder extends AutoCloseable {
    /// Computes the rows of one image, one for each block of merged patches. One call at a time, on a
    /// platform thread.
    ///
    /// @throws RuntimeException when the engine fails or a row is not finite; the encoder stays usable
    Embeddings encode(ImagePatches patches);

    @Override
    void close();
}
