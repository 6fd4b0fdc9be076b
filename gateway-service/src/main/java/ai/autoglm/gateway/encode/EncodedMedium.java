package ai.autoglm.gateway.encode;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.Supplier;

/// A medium that its encoder has accepted, and whose rows come when they are asked for: a reader that
/// pauses makes the encoder pause. One reading thread.
public final class EncodedMedium {
    private final ByteString sha256;
    private final Acceptance acceptance;
    private final Supplier<Optional<EmbeddingRows>> source;
    private final Runnable onComplete;
    private final Runnable cancel;
    private int receivedCount;

    /// @param source gives the next rows, or empty when the encoder has no more
    /// @param onComplete runs when the last row has come
    /// @param cancel ends the stream of rows
    EncodedMedium(
            ByteString sha256,
            Acceptance acceptance,
            Supplier<Optional<EmbeddingRows>> source,
            Runnable onComplete,
            Runnable cancel) {
        this.sha256 = sha256;
        this.acceptance = acceptance;
        this.source = source;
        this.onComplete = onComplete;
        this.cancel = cancel;
    }

    /// Of the medium's bytes.
    public ByteString sha256() {
        return sha256;
    }

    public Acceptance acceptance() {
        return acceptance;
    }

    public int tokenCount() {
        return acceptance.tokenCount();
    }

    /// Waits for the next rows; empty after the last.
    ///
    /// @throws ServingException the encoder's error; INTERNAL when rows are missing, repeated or too many
    public Optional<EmbeddingRows> nextRows() {
        if (receivedCount == tokenCount()) {
            return Optional.empty();
        }
        EmbeddingRows rows = source.get().orElseThrow(() -> broken("ended after " + receivedCount));
        if (rows.getFirstRow() != receivedCount
                || rows.getRowCount() < 1
                || rows.getRowCount() > tokenCount() - receivedCount) {
            throw broken(
                    "sent " + rows.getRowCount() + " rows from row " + rows.getFirstRow() + " after " + receivedCount);
        }
        receivedCount += rows.getRowCount();
        if (receivedCount == tokenCount()) {
            onComplete.run();
        }
        return Optional.of(rows);
    }

    /// Ends the stream of rows: nobody needs them.
    public void cancel() {
        cancel.run();
    }

    private ServingException broken(String what) {
        return new ServingException(
                ErrorCode.INTERNAL, "An encoder " + what + " of " + tokenCount() + " embedding rows.");
    }
}
