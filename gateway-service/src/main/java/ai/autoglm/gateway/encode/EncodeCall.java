package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.BackendCall;
import ai.autoglm.gateway.backend.BackendPool;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.CallPatience;
import ai.autoglm.gateway.backend.RetryReason;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;

/// One call that encodes one medium on one encoder. Used by one thread.
///
/// @param <Q> what the gateway sends
/// @param <A> what the encoder answers
final class EncodeCall<Q, A> implements AutoCloseable {
    private static final int CHUNK_BYTES = 512 * 1024;

    private final EncodeProtocol<Q, A> protocol;
    private final BackendCall<Q, A> call;
    private final MediumWork work;
    private final Duration acceptTimeout;

    private EncodeCall(EncodeProtocol<Q, A> protocol, BackendCall<Q, A> call, MediumWork work, Duration acceptTimeout) {
        this.protocol = protocol;
        this.call = call;
        this.work = work;
        this.acceptTimeout = acceptTimeout;
    }

    /// Chooses an encoder and opens a call on it.
    ///
    /// @throws ServingException when there is no encoder
    static <Q, A> EncodeCall<Q, A> open(
            EncodeProtocol<Q, A> protocol,
            BackendPool pool,
            BackendRequest request,
            EncodeConfig config,
            MediumWork work) {
        CallPatience patience = new CallPatience(config.progressTimeout(), config.stallTimeout());
        return new EncodeCall<>(
                protocol,
                BackendCall.open(
                        pool, request, channel -> protocol.encode(work.stage().on(channel)), patience),
                work,
                config.acceptTimeout());
    }

    /// Sends the medium and waits until it is decoded.
    ///
    /// @throws ServingException the encoder's error
    Acceptance submit(ByteString bytes) {
        call.send(protocol.announcement());
        for (int start = 0; start < bytes.size(); start += CHUNK_BYTES) {
            int end = Math.min(start + CHUNK_BYTES, bytes.size());
            call.send(protocol.chunk(bytes.substring(start, end)));
        }
        call.complete();
        long start = System.nanoTime();
        Optional<A> answer = call.next();
        while (answer.filter(protocol::isProgress).isPresent()) {
            requireWithin(acceptTimeout, start);
            answer = call.next();
        }
        return answer.flatMap(protocol::acceptance).orElseThrow(() -> unexpected("did not accept a medium as told"));
    }

    /// Waits for the next rows; empty when the encoder has no more.
    ///
    /// @throws ServingException the encoder's error
    Optional<EmbeddingRows> nextRows() {
        Optional<A> answer = call.next();
        while (answer.filter(protocol::isProgress).isPresent()) {
            answer = call.next();
        }
        return answer.map(this::rows);
    }

    private EmbeddingRows rows(A answer) {
        work.record().engineTime(protocol.kind().serviceName(), protocol.engineSeconds(answer));
        return protocol.rows(answer).orElseThrow(() -> unexpected("sent something that is no rows"));
    }

    /// As [BackendCall#retryReason].
    Optional<RetryReason> retryReason(ServingException failure) {
        return call.retryReason(failure);
    }

    BackendCall<Q, A> call() {
        return call;
    }

    @Override
    public void close() {
        call.close();
    }

    private void requireWithin(Duration limit, long startNanos) {
        if (System.nanoTime() - startNanos > limit.toNanos()) {
            throw new ServingException(
                    ErrorCode.TIMEOUT,
                    "The " + protocol.kind().label() + " did not take a medium within " + limit.toMillis() + " ms.");
        }
    }

    private ServingException unexpected(String what) {
        return new ServingException(ErrorCode.INTERNAL, "The " + protocol.kind().label() + " " + what + ".");
    }
}
