package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// The media rows of one sequence that have arrived and were not prefilled yet, in prompt order. Owned by
/// the decode-loop thread.
public final class MediaRowQueue {
    private final ArrayDeque<MediaRowChunk> chunks = new ArrayDeque<>();
    private final int totalRowCount;
    private final RowBudget budget;
    private int arrived; // ordinals below have arrived or are not needed
    private int consumed; // ordinals below are prefilled or not needed

    /// @param totalRowCount media rows of the whole prompt
    /// @param budget gets back the bytes of rows that are dropped here
    public MediaRowQueue(int totalRowCount, RowBudget budget) {
        this.totalRowCount = totalRowCount;
        this.budget = budget;
    }

    /// Adds rows. Those below the consumed ordinal are dropped: a prefix cache had them.
    ///
    /// @throws ServingException when they do not follow those that arrived before
    public void add(MediaRowChunk rows) {
        boolean skipsOnlyCached = rows.firstOrdinal() > arrived && rows.firstOrdinal() <= consumed;
        boolean follows = rows.firstOrdinal() == arrived || skipsOnlyCached;
        if (!follows || rows.endOrdinal() > totalRowCount) {
            throw new ServingException(
                    ErrorCode.INTERNAL,
                    "Media rows must arrive in prompt order: expected row " + arrived + " of " + totalRowCount
                            + ", got rows " + rows.firstOrdinal() + " to " + (rows.endOrdinal() - 1) + ".");
        }
        arrived = rows.endOrdinal();
        chunks.add(rows);
        dropConsumed();
    }

    /// Says that no more rows will come.
    ///
    /// @throws ServingException when some are missing
    public void end() {
        if (readyEnd() < totalRowCount) {
            throw new ServingException(
                    ErrorCode.INTERNAL, "The media rows ended after " + readyEnd() + " of " + totalRowCount + ".");
        }
    }

    /// The ordinal before which every row has arrived or is not needed.
    public int readyEnd() {
        return Math.max(arrived, consumed);
    }

    /// Marks rows below `ordinal` as not needed (any more).
    public void consumeTo(int ordinal) {
        consumed = Math.max(consumed, ordinal);
        dropConsumed();
    }

    /// Copies the row with this ordinal, which has arrived and was not consumed, to `target`
    /// fp32 [hiddenSize].
    public void copyRow(int ordinal, MemorySegment target) {
        for (MediaRowChunk rows : chunks) {
            if (ordinal < rows.endOrdinal()) {
                rows.row(ordinal).copyTo(new FloatView(ElementType.FLOAT32, target));
                return;
            }
        }
        throw new IllegalArgumentException("Media row " + ordinal + " has not arrived");
    }

    private void dropConsumed() {
        while (!chunks.isEmpty() && chunks.element().endOrdinal() <= consumed) {
            budget.release(chunks.remove().bytes());
        }
    }
}
