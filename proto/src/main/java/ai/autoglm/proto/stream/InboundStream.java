package ai.autoglm.proto.stream;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The messages that the other end of a call sends, for one reading thread. At most [#READ_AHEAD] of them
/// wait here: the peer may send the next one only when one has been taken.
///
/// @param <T> type of a message
public final class InboundStream<T> {
    /// One message is read while the next is under way.
    static final int READ_AHEAD = 2;

    private sealed interface Signal<T> {
        record Message<T>(T value) implements Signal<T> {}

        record End<T>() implements Signal<T> {}

        record Failure<T>(ServingException error) implements Signal<T> {}
    }

    private final CallStreamObserver<?> call;
    private final String peer;
    private final BlockingQueue<Signal<T>> signals = new LinkedBlockingQueue<>();

    /// @param call whose automatic flow control is off, with [#READ_AHEAD] messages requested when it
    ///     starts
    InboundStream(CallStreamObserver<?> call, String peer) {
        this.call = call;
        this.peer = peer;
    }

    /// Waits for the next message; empty once the peer has said that there are no more.
    ///
    /// @throws ServingException the peer's own error; `CLIENT_CLOSED_REQUEST` when the call was
    ///     cancelled; `TIMEOUT` when nothing came within `patience`
    public Optional<T> receive(Duration patience) {
        return switch (await(patience)) {
            case Received.Message<T>(T value) -> Optional.of(value);
            case Received.End<T> _ -> Optional.empty();
            case Received.Nothing<T> _ ->
                throw new ServingException(
                        ErrorCode.TIMEOUT, "The " + peer + " sent nothing for " + patience.toMillis() + " ms.");
        };
    }

    /// Waits for what comes next, but not longer than `patience`.
    ///
    /// @throws ServingException the peer's own error; `CLIENT_CLOSED_REQUEST` when the call was cancelled
    public Received<T> await(Duration patience) {
        Signal<T> signal = poll(patience);
        return switch (signal) {
            case null -> new Received.Nothing<>();
            case Signal.Message<T>(T value) -> {
                call.request(1);
                yield new Received.Message<>(value);
            }
            case Signal.End<T> end -> {
                signals.add(end);
                yield new Received.End<>();
            }
            case Signal.Failure<T> failure -> {
                signals.add(failure);
                throw failure.error();
            }
        };
    }

    /// What gRPC delivers to.
    StreamObserver<T> observer() {
        return new StreamObserver<>() {
            @Override
            public void onNext(T message) {
                signals.add(new Signal.Message<>(message));
            }

            @Override
            public void onError(Throwable failure) {
                signals.add(new Signal.Failure<>(WireErrors.fromStatus(failure, peer)));
            }

            @Override
            public void onCompleted() {
                signals.add(new Signal.End<>());
            }
        };
    }

    private @Nullable Signal<T> poll(Duration patience) {
        try {
            return signals.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        }
    }
}
