package ai.autoglm.audio.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.audio.AudioWindows;

/// The audio tower with its projector.
///
/// How to test against it: a fake returns rows of the right count.
public interface AudioEncoder extends AutoCloseable {
    /// Computes the rows of one audio, those of its windows one after the other. One call at a time, on a
    /// platform thread.
    ///
    /// @throws RuntimeException when the engine fails or a row is not finite; the encoder stays usable
    Embeddings encode(AudioWindows windows);

    @Override
    void close();
}
