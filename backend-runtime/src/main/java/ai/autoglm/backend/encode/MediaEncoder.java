package ai.autoglm.backend.encode;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.deadline.Deadline;
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

    /// Bytes of heap that [#decode] may take at once, as the file's header tells.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException when the header makes no sense or is outside the limits
    long workingBytes(byte[] file);

    /// A sign of life.
    R progress();

    /// Decodes a file. Called by several threads at once.
    ///
    /// @param deadline looked at between the steps of the work
    /// @throws ai.autoglm.toolkit.error.ServingException when the file cannot be decoded or is outside
    ///     the limits, and what the deadline throws
    DecodedMedia<R, I> decode(byte[] file, Deadline deadline);

    /// Bytes of heap that a decoded medium takes.
    long bytes(I input);

    /// Runs the tower. One call at a time, on a platform thread.
    ///
    /// @throws RuntimeException when the engine fails or a row is not finite; the encoder stays usable
    Embeddings encode(I input);

    @Override
    void close();
}
