package ai.autoglm.decoder.kvcache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Idle sequences whose rows are outside the KV cache, the longest unused first. Bounded by their rows.
final class SavedSessions {
    private final long rowLimit;
    private final Map<Integer, Saved> sessions = new LinkedHashMap<>();
    private int nextSession;

    /// @param rowLimit of all together; 0 saves none
    SavedSessions(long rowLimit) {
        this.rowLimit = rowLimit;
    }

    /// @param rows that are saved of the sequence with these keys
    record Saved(int session, PrefixKeys keys, int rows) {
        int reusableRows(PrefixKeys wanted) {
            return wanted.reusableRows(keys, rows);
        }
    }

    /// The one that shares most rows with a sequence, if any shares one.
    Optional<Saved> best(PrefixKeys wanted) {
        return sessions.values().stream()
                .filter(saved -> saved.reusableRows(wanted) > 0)
                .max((left, right) -> Integer.compare(left.reusableRows(wanted), right.reusableRows(wanted)));
    }

    /// Takes up what a slot holds, at the cost of the longest unused ones. Without effect when it would be more than
    /// all may be.
    List<Swap> save(int slot, PrefixKeys keys, int rows) {
        List<Swap> swaps = new ArrayList<>();
        if (rows == 0 || rows > rowLimit) {
            return swaps;
        }
        while (rowCount() + rows > rowLimit) {
            swaps.add(drop(sessions.values().iterator().next()));
        }
        Saved saved = new Saved(nextSession++, keys, rows);
        sessions.put(saved.session(), saved);
        swaps.add(new Swap.Save(saved.session(), slot, rows, keys.mediaBefore(rows)));
        return swaps;
    }

    Swap drop(Saved saved) {
        sessions.remove(saved.session());
        return new Swap.Drop(saved.session());
    }

    void forget(int session) {
        sessions.remove(session);
    }

    /// Makes it the last to be dropped.
    void touch(Saved saved) {
        sessions.remove(saved.session());
        sessions.put(saved.session(), saved);
    }

    boolean holds(Saved saved) {
        return sessions.containsKey(saved.session());
    }

    int rowCount() {
        return sessions.values().stream().mapToInt(Saved::rows).sum();
    }
}
