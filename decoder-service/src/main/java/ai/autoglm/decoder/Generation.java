package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.SequenceTimes;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A client's hold on its sequence: rows go in, events come out. One thread may feed rows while another
/// reads events; any may abort.
public interface Generation {
    /// Hands over media rows, which must follow those before them; waits while too many are unread.
    void addRows(MediaRowChunk rows);

    /// Says that no more rows come: some missing is an error.
    void endRows();

    /// Waits for the next event, but not longer than `patience`.
    ///
    /// @return null when there was none
    @Nullable
    DecodeEvent nextEvent(Duration patience) throws InterruptedException;

    /// Prompt tokens that are computed or were cached.
    int prefilledTokenCount();

    /// How far it has come, and what it has cost.
    SequenceTimes times();

    /// Ends the sequence and frees its slot before the next step. Without effect once it has ended.
    void abort(ServingException reason);
}
