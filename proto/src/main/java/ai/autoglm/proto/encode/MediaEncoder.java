package ai.autoglm.proto.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;

/// What one kind of encoder knows and the other does not: its messages, how its media are decoded, and
/// its tower.
///
/// @param <Q> type of the client's messages
/// @param <R> type of the server's messages
/// @param <I> what the tower takes
public interface MediaEncoder<Q, R, I> extends AutoCloseable {
    DescribeResponse describe();

    /// Empty when the message is a chunk.
    Optional<Announcement> announcement(Q request);

    /// Empty bytes when the message is no chunk.
    ByteString chunk(Q request);

    /// @param engineTime this call's share of the engine's time for the medium; zero but with the last rows
    R rows(EmbeddingRows rows, Duration engineTime);

    /// A sign of life.
    R progress();

    /// Decodes a file. Called by several threads at once.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException when the file cannot be decoded or is outside
    ///     the limits
    DecodedMedia<R, I> decode(byte[] file);

    /// Runs the tower. One call at a time, on a platform thread.
    ///
    /// @throws RuntimeException when the engine fails or a row is not finite; the encoder stays usable
    Embeddings encode(I input);

    @Override
    void close();
}
