package ai.autoglm.decoder.schedule;

import java.time.Duration;

/// Limits of the scheduler.
///
/// @param prefillChunkRows rows of a prefill run at most: how long running sequences may have to wait for
///     it
/// @param resumeSlots slots that are kept for resumed sequences
/// @param queueCapacity sequences that may wait for a slot, and as many resumed ones
/// @param queueTimeout how long one may wait for it
/// @param mediaTimeout how long a sequence in a slot may wait for its next media rows
/// @param consumerTimeout how long a client may leave a full event buffer unread
public record SchedulerSettings(
        int prefillChunkRows,
        int resumeSlots,
        int queueCapacity,
        Duration queueTimeout,
        Duration mediaTimeout,
        Duration consumerTimeout) {
    public SchedulerSettings {
        if (prefillChunkRows < 1 || resumeSlots < 0 || queueCapacity < 0) {
            throw new IllegalArgumentException("No chunk of " + prefillChunkRows + " rows, no " + resumeSlots
                    + " slots, no queue of " + queueCapacity + " sequences");
        }
    }
}
