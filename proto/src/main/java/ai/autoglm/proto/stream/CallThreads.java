package ai.autoglm.proto.stream;

import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Answers each call of a server on a virtual thread of its own, and lets them finish when the server
/// stops.
public final class CallThreads {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration patience;

    /// @param patience how long a client may leave an answer unread
    public CallThreads(Duration patience) {
        this.patience = patience;
    }

    /// Answers one call, within its gRPC context. `answer` completes or fails the response stream itself.
    ///
    /// @return what the service method returns to gRPC
    public <I, O> StreamObserver<I> answer(StreamObserver<O> responses, Consumer<ServerExchange<I, O>> answer) {
        ServerExchange<I, O> call = ServerExchange.open(responses, patience);
        try {
            threads.execute(Context.current().wrap(() -> answer.accept(call)));
        } catch (RejectedExecutionException e) {
            responses.onError(WireErrors.toStatus(
                    new ServingException(ErrorCode.OVERLOADED, "The server is stopping: try again elsewhere.", e)));
        }
        return call.observer();
    }

    /// Refuses new calls and waits for those under way; what runs longer than `grace` is interrupted.
    public void drain(Duration grace) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
