package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.proto.v1.EmbeddingRows;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/// The messages of one encoder service, which differ in type but not in order: an announcement, chunks
/// of bytes; the acceptance, rows, and progress in between.
///
/// @param <Q> what the gateway sends
/// @param <A> what the encoder answers
interface EncodeProtocol<Q, A> {
    BackendKind kind();

    /// Opens a call on a channel.
    Function<StreamObserver<A>, StreamObserver<Q>> encode(Channel channel);

    /// Of the medium's bytes.
    ByteString sha256();

    /// What the medium adds to an encoder's load: patches of an image, bytes of an audio.
    long work();

    Q announcement();

    Q chunk(ByteString bytes);

    boolean isProgress(A answer);

    Optional<Acceptance> acceptance(A answer);

    Optional<EmbeddingRows> rows(A answer);

    /// What the encoder says that the medium has cost; 0 but with the last rows.
    double engineSeconds(A answer);
}
