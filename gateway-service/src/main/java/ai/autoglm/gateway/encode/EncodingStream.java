package ai.autoglm.gateway.encode;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rows of an encoding, which begins on a thread of its own when it has not begun.
final class EncodingStream implements RowStream {
    private final RetriedEncoding<?, ?> encoding;
    private final Context context;
    private final Acceptance acceptance;
    private final Runnable onComplete;
    private @Nullable CompletableFuture<Acceptance> beginning;

    /// @param context in which calls are made
    /// @param acceptance that the medium had at first
    /// @param onComplete runs when the last row has come
    EncodingStream(RetriedEncoding<?, ?> encoding, Context context, Acceptance acceptance, Runnable onComplete) {
        this.encoding = encoding;
        this.context = context;
        this.acceptance = acceptance;
        this.onComplete = onComplete;
    }

    /// Of an encoding that has begun.
    EncodingStream begun() {
        beginning = CompletableFuture.completedFuture(acceptance);
        return this;
    }

    @Override
    public void begin() {
        if (beginning == null) {
            CompletableFuture<Acceptance> begun = new CompletableFuture<>();
            beginning = begun;
            Thread.ofVirtual().name("encode-again").start(context.wrap(() -> begin(begun)));
        }
    }

    @Override
    public Optional<EmbeddingRows> next() {
        begin();
        requireSame(await());
        Optional<EmbeddingRows> rows = call(encoding::next);
        rows.filter(last -> last.getFirstRow() + last.getRowCount() == acceptance.tokenCount())
                .ifPresent(_ -> onComplete.run());
        return rows;
    }

    @Override
    public void close() {
        encoding.close();
    }

    private void begin(CompletableFuture<Acceptance> begun) {
        try {
            begun.complete(encoding.begin());
        } catch (RuntimeException e) {
            begun.completeExceptionally(e);
        }
    }

    private Acceptance await() {
        try {
            return Objects.requireNonNull(beginning).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ServingException known
                    ? known
                    : new ServingException(ErrorCode.INTERNAL, "A medium could not be encoded again.", e);
        }
    }

    private void requireSame(Acceptance again) {
        if (!again.equals(acceptance)) {
            throw new ServingException(ErrorCode.INTERNAL, "Two encoders do not agree on a medium.");
        }
    }

    private <T> T call(Supplier<T> work) {
        Context before = context.attach();
        try {
            return work.get();
        } finally {
            context.detach(before);
        }
    }
}
