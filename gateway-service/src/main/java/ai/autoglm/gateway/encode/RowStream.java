package ai.autoglm.gateway.encode;

import ai.autoglm.proto.v1.EmbeddingRows;
import java.util.Optional;

/// The rows of one medium, which come when they are asked for: a reader that pauses makes the encoder pause. One
/// reading thread; closing it ends the stream, from any thread.
public interface RowStream extends AutoCloseable {
    /// Begins to encode, where that has not begun. Returns at once.
    void begin();

    /// Waits for the next rows, which follow those before them; empty after the last.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException the encoder's error; INTERNAL when rows are missing,
    ///     repeated or too many
    Optional<EmbeddingRows> next();

    @Override
    void close();
}
