package ai.autoglm.proto.stream;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One bidirectional call at the client. Closing it cancels the call unless it has ended.
///
/// @param <O> type of the client's messages
/// @param <I> type of the server's messages
public final class ClientExchange<O, I> implements AutoCloseable {
    private final ClientCallStreamObserver<O> call;
    private final OutboundStream<O> requests;
    private final InboundStream<I> responses;

    private ClientExchange(ClientCallStreamObserver<O> call, String peer, Duration patience) {
        this.call = call;
        this.requests = new OutboundStream<>(call, peer, patience);
        this.responses = new InboundStream<>(call, peer);
    }

    /// Starts a call.
    ///
    /// @param method of a stub, such as `stub::encode`
    /// @param peer how error messages name the server, such as "vision encoder"
    /// @param patience how long the server may leave a request unread
    public static <O, I> ClientExchange<O, I> open(
            Function<StreamObserver<I>, StreamObserver<O>> method, String peer, Duration patience) {
        Opening<O, I> opening = new Opening<>(peer, patience);

        var _ = method.apply(opening);
        return opening.exchange();
    }

    public OutboundStream<O> requests() {
        return requests;
    }

    public InboundStream<I> responses() {
        return responses;
    }

    @Override
    public void close() {
        // A writer has to learn that the call is over before gRPC refuses its message.
        if (requests.breakOff(ServingException.cancelled())) {
            call.cancel("The call is not needed any more.", null);
        }
    }

    /// Learns of the call when gRPC is about to start it, and of all that the server answers.
    private static final class Opening<O, I> implements ClientResponseObserver<O, I> {
        private final String peer;
        private final Duration patience;
        private @Nullable ClientExchange<O, I> exchange;
        private @Nullable StreamObserver<I> responses;

        Opening(String peer, Duration patience) {
            this.peer = peer;
            this.patience = patience;
        }

        ClientExchange<O, I> exchange() {
            return Objects.requireNonNull(exchange);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<O> call) {
            call.disableAutoRequestWithInitial(InboundStream.READ_AHEAD);
            exchange = new ClientExchange<>(call, peer, patience);
            responses = exchange.responses.observer();
        }

        @Override
        public void onNext(I message) {
            Objects.requireNonNull(responses).onNext(message);
        }

        @Override
        public void onError(Throwable failure) {
            Objects.requireNonNull(responses).onError(failure);
            exchange().requests.breakOff(WireErrors.fromStatus(failure, peer));
        }

        @Override
        public void onCompleted() {
            Objects.requireNonNull(responses).onCompleted();
            exchange()
                    .requests
                    .breakOff(new ServingException(ErrorCode.INTERNAL, "The " + peer + " has ended the call."));
        }
    }
}
