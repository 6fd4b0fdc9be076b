package ai.autoglm.proto.stream;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.CallStreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The messages that go to the other end of a call, from one writing thread. A message is handed over
/// only when the transport has room for it, so that no more than one message waits in memory for a slow
/// peer.
///
/// @param <T> type of a message
public final class OutboundStream<T> {
    private final CallStreamObserver<T> call;
    private final String peer;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<ServingException> broken = new CompletableFuture<>();

    /// @param call that has not started yet
    /// @param patience how long the peer may leave the stream unread
    OutboundStream(CallStreamObserver<T> call, String peer, Duration patience) {
        this.call = call;
        this.peer = peer;
        this.patience = patience;
        call.setOnReadyHandler(this::wakeUp);
    }

    /// Sends one message, after waiting for room.
    ///
    /// @throws ServingException `CLIENT_CLOSED_REQUEST` when the call was cancelled, the peer's own error
    ///     when it has sent one, `TIMEOUT` when the peer reads nothing for too long
    public void send(T message) {
        if (!offer(message, patience)) {
            throw new ServingException(
                    ErrorCode.TIMEOUT, "The " + peer + " read nothing for " + patience.toMillis() + " ms.");
        }
    }

    /// Sends one message, unless there is no room for it within `patience`.
    ///
    /// @return whether it was sent
    /// @throws ServingException as [#send], but for `TIMEOUT`
    public boolean offer(T message, Duration patience) {
        if (!awaitRoom(patience)) {
            return false;
        }
        try {
            call.onNext(message);
            return true;
        } catch (IllegalStateException e) {
            throw reason(e);
        }
    }

    /// Says that no more messages follow.
    public void complete() {
        try {
            if (!isBroken()) {
                call.onCompleted();
            }
        } catch (IllegalStateException e) {
            var _ = reason(e);
        }
    }

    /// Ends the call with an error that the peer can read. Without effect on a call that is already over.
    public void fail(Throwable failure) {
        if (!isBroken()) {
            call.onError(WireErrors.toStatus(failure));
        }
    }

    /// Whether the call has ended before this stream did.
    public boolean isBroken() {
        return broken.isDone();
    }

    /// Runs `action` when the call ends before this stream does: cancelled by the peer, past its
    /// deadline, or disconnected. At once when that has happened. The action runs on a thread of gRPC and
    /// must not block.
    public void whenBroken(Runnable action) {
        var _ = broken.thenRun(action);
    }

    /// The call is over: whoever waits for room learns why.
    ///
    /// @return false when it was over before
    boolean breakOff(ServingException reason) {
        boolean first = broken.complete(reason);
        wakeUp();
        return first;
    }

    /// What gRPC says of a call that was cancelled just now is no news of a bug.
    private ServingException reason(IllegalStateException refusal) {
        if (!isBroken()) {
            throw refusal;
        }
        return broken.join();
    }

    private boolean awaitRoom(Duration patience) {
        lock.lock();
        try {
            long nanosLeft = patience.toNanos();
            while (!isBroken() && !call.isReady()) {
                if (nanosLeft <= 0) {
                    return false;
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } catch (InterruptedException e) {
            throw ServingException.interrupted(e);
        } finally {
            lock.unlock();
        }
        if (isBroken()) {
            throw broken.join();
        }
        return true;
    }

    private void wakeUp() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
