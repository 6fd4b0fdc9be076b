package ai.autoglm.gateway.encode;

import com.google.protobuf.ByteString;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A medium that its encoder has accepted. Its rows are under way once; whoever needs them again has it encoded
/// again.
public final class EncodedMedium {
    private final ByteString sha256;
    private final Acceptance acceptance;
    private final AtomicReference<@Nullable RowStream> underWay;
    private final Supplier<RowStream> again;

    /// @param underWay the rows that have been asked for already
    /// @param again makes a stream of the same rows, which is not begun
    EncodedMedium(ByteString sha256, Acceptance acceptance, RowStream underWay, Supplier<RowStream> again) {
        this.sha256 = sha256;
        this.acceptance = acceptance;
        this.underWay = new AtomicReference<>(underWay);
        this.again = again;
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

    /// All rows from the first on, for one reader.
    public RowStream rows() {
        RowStream first = underWay.getAndSet(null);
        return first == null ? again.get() : first;
    }

    /// Says that nobody needs the rows that are under way.
    public void cancel() {
        RowStream first = underWay.getAndSet(null);
        if (first != null) {
            first.close();
        }
    }
}
