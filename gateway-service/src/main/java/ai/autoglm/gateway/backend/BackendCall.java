package ai.autoglm.gateway.backend;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.stream.Received;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One bidirectional call to a chosen backend. It notices a backend that has fallen silent, and can say of a
/// failure whether the work may succeed elsewhere. One reading and one writing thread.
///
/// @param <Q> type of the gateway's messages
/// @param <A> type of the backend's messages
public final class BackendCall<Q, A> implements AutoCloseable {
    /// How soon a reader notices that its backend was ejected. A pause of this whole process counts as one of
    /// these.
    private static final Duration SLICE = Duration.ofMillis(250);
    /// Longer than any call.
    private static final Duration ENDLESS = Duration.ofHours(1);

    private final BackendPool pool;
    private final BackendRequest request;
    private final BackendLease lease;
    private final CallPatience patience;
    private final ClientExchange<Q, A> exchange;
    private volatile @Nullable RetryReason ownReason;

    private BackendCall(
            BackendPool pool,
            BackendRequest request,
            BackendLease lease,
            CallPatience patience,
            ClientExchange<Q, A> exchange) {
        this.pool = pool;
        this.request = request;
        this.lease = lease;
        this.patience = patience;
        this.exchange = exchange;
    }

    /// Chooses a backend and opens a call on it, in the current gRPC context.
    ///
    /// @param method opens the call on a channel, such as `channel -> DecoderGrpc.newStub(channel)::generate`
    /// @throws ServingException when there is no backend
    public static <Q, A> BackendCall<Q, A> open(
            BackendPool pool,
            BackendRequest request,
            Function<Channel, Function<StreamObserver<A>, StreamObserver<Q>>> method,
            CallPatience patience) {
        BackendLease lease = pool.choose(request);
        try {
            ClientExchange<Q, A> exchange = ClientExchange.open(
                    method.apply(lease.channel()), pool.kind().label(), ENDLESS);
            return new BackendCall<>(pool, request, lease, patience, exchange);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    public BackendLease lease() {
        return lease;
    }

    /// Sends a message when the backend has room for it. For the thread that reads, which meanwhile hears nothing.
    ///
    /// @throws ServingException the backend's error, or that it has fallen silent
    public void send(Q message) {
        Duration silence = Duration.ZERO;
        while (!exchange.requests().offer(message, SLICE)) {
            silence = silence.plus(SLICE);
            judge(silence);
        }
    }

    /// Sends a message when the backend has room for it, however long that takes: it is the reading thread that
    /// notices a backend that has fallen silent.
    ///
    /// @throws ServingException the backend's error
    public void feed(Q message) {
        exchange.requests().send(message);
    }

    /// Says that no more messages follow.
    public void complete() {
        exchange.requests().complete();
    }

    /// Waits for the next message; empty at the end.
    ///
    /// @throws ServingException the backend's error, or that it has fallen silent
    public Optional<A> next() {
        Duration silence = Duration.ZERO;
        while (true) {
            switch (exchange.responses().await(SLICE)) {
                case Received.Message<A>(A message) -> {
                    return Optional.of(message);
                }
                case Received.End<A> _ -> {
                    return Optional.empty();
                }
                case Received.Nothing<A> _ -> {
                    silence = silence.plus(SLICE);
                    judge(silence);
                }
            }
        }
    }

    /// The same work, anywhere but here.
    public BackendRequest elsewhere() {
        return request.excluding(lease.connection());
    }

    /// Why the work may succeed on another backend although it has failed here; empty when it would fail there
    /// too, or when nobody wants it any more.
    ///
    /// @param failure that this call has ended with
    public Optional<RetryReason> retryReason(ServingException failure) {
        if (Context.current().isCancelled() || Thread.currentThread().isInterrupted()) {
            return Optional.empty();
        }
        RetryReason own = ownReason;
        if (own != null) {
            return Optional.of(own);
        }
        boolean declared = WireErrors.isDeclared(failure);
        return switch (failure.code()) {
            case BACKEND_UNAVAILABLE -> Optional.of(declared ? RetryReason.STOPPING : RetryReason.CONNECTION_LOST);
            case CLIENT_CLOSED_REQUEST -> Optional.of(RetryReason.CONNECTION_LOST);
            case OVERLOADED -> Optional.of(RetryReason.OVERLOADED);
            case BUNDLE_MISMATCH -> Optional.of(RetryReason.BUNDLE_MISMATCH);
            case INTERNAL -> Optional.of(RetryReason.ENGINE_FAULT);
            case TIMEOUT -> Optional.of(declared ? RetryReason.TIMEOUT : RetryReason.NO_PROGRESS);
            default -> Optional.empty();
        };
    }

    /// The call has come to a good end: its work is no load any more.
    public void succeeded() {
        lease.backend().succeeded();
        lease.close();
    }

    /// Cancels the call unless it has ended, and gives the backend back.
    @Override
    public void close() {
        exchange.close();
        lease.close();
    }

    private void judge(Duration silence) {
        boolean silent = lease.description().reportsProgress() && silence.compareTo(patience.progress()) >= 0;
        if (silent && hasElsewhere()) {
            lease.backend().eject(Ejection.PROGRESS_DEADLINE);
        }
        if (lease.backend().isEjected() && hasElsewhere()) {
            ownReason = silent ? RetryReason.NO_PROGRESS : RetryReason.EJECTED;
            throw new ServingException(
                    ErrorCode.BACKEND_UNAVAILABLE, "The " + pool.kind().label() + " has fallen silent.");
        }
        if (silence.compareTo(patience.stall()) >= 0) {
            ownReason = RetryReason.NO_PROGRESS;
            throw new ServingException(
                    ErrorCode.TIMEOUT,
                    "The " + pool.kind().label() + " sent nothing for "
                            + patience.stall().toMillis() + " ms.");
        }
    }

    private boolean hasElsewhere() {
        return pool.has(elsewhere());
    }
}
