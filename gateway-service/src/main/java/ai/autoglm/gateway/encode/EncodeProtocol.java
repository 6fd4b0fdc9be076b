package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.EmbeddingRows;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Optional;

/// The messages of one encoder service, which differ in type but not in order: an announcement, chunks
/// of bytes; the acceptance, rows. It lives as long as the rows do, so it does not hold the medium's
/// bytes.
///
/// @param <Q> what the gateway sends
/// @param <A> what the encoder answers
interface EncodeProtocol<Q, A> {
    BackendKind kind();

    ClientExchange<Q, A> open(Channel channel, Duration patience);

    /// Of the medium's bytes.
    ByteString sha256();

    Q announcement();

    Q chunk(ByteString bytes);

    Optional<Acceptance> acceptance(A answer);

    Optional<EmbeddingRows> rows(A answer);

    /// What the encoder says that the medium has cost; 0 but with the last rows.
    double engineSeconds(A answer);
}
