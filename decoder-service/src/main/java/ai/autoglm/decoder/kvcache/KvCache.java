package ai.autoglm.decoder.kvcache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The slots of the KV cache, as a cache of prefixes: an idle slot keeps the rows of its last sequence
/// until another needs the slot. Rows are only ever appended, so a prefix may be taken from a running
/// sequence as well. Owned by the decode-loop thread; the memory itself is the model's.
public final class KvCache {
    private static final Comparator<Slot> LEAST_RECENTLY_USED =
            Comparator.comparingLong(Slot::lastUsed).thenComparingInt(Slot::index);

    private final List<Slot> slots = new ArrayList<>();
    private final SavedSessions saved;
    private long tick;

    public KvCache(int slotCount) {
        this(slotCount, 0);
    }

    /// @param savedRowLimit rows of idle sequences that may be saved beside the KV cache; 0 saves none
    public KvCache(int slotCount, long savedRowLimit) {
        saved = new SavedSessions(savedRowLimit);
        for (int index = 0; index < slotCount; index++) {
            slots.add(new Slot(index));
        }
    }

    /// Gives a sequence a slot, with the longest prefix that any slot or saved session shares with it. A sequence that
    /// continues all that an idle slot holds takes that slot; any other gets the least recently used one
    /// and a copy of the prefix, so
    /// that a short common beginning never costs a long conversation its rows. What that slot held is saved.
    ///
    /// @param keys of the sequence; grows with it while it has the slot
    /// @return empty when every slot is active
    public Optional<SlotLease> lease(PrefixKeys keys) {
        Slot source = slots.getFirst();
        for (Slot slot : slots) {
            if (slot.reusableRows(keys) > source.reusableRows(keys)) {
                source = slot;
            }
        }
        int sharedRows = source.reusableRows(keys);
        Optional<SavedSessions.Saved> better =
                saved.best(keys).filter(session -> session.reusableRows(keys) > sharedRows);
        if (better.isPresent()) {
            return leastRecentlyUsed().map(target -> restore(target, better.get(), keys));
        }
        boolean continuesAll = source.isIdle() && sharedRows > 0 && sharedRows == source.validRows();
        Optional<Slot> target = continuesAll ? Optional.of(source) : leastRecentlyUsed();
        if (target.isEmpty()) {
            return Optional.empty();
        }
        List<Swap> swaps = continuesAll ? List.of() : evict(target.get());
        target.get().lease(keys, sharedRows, ++tick);
        return Optional.of(new SlotLease(target.get().index(), sharedRows, source.index(), swaps));
    }

    private Optional<Slot> leastRecentlyUsed() {
        return slots.stream().filter(Slot::isIdle).min(LEAST_RECENTLY_USED);
    }

    private SlotLease restore(Slot target, SavedSessions.Saved session, PrefixKeys keys) {
        int sharedRows = session.reusableRows(keys);
        saved.touch(session);
        List<Swap> swaps = new ArrayList<>(evict(target));
        if (saved.holds(session)) {
            swaps.add(new Swap.Restore(session.session(), target.index()));
            if (sharedRows == session.rows()) {
                swaps.add(saved.drop(session));
            }
        } else {
            // What was evicted needed its place.
            sharedRows = 0;
        }
        target.lease(keys, sharedRows, ++tick);
        return new SlotLease(target.index(), sharedRows, target.index(), swaps);
    }

    private List<Swap> evict(Slot slot) {
        return slot.keys()
                .map(keys -> saved.save(slot.index(), keys, slot.validRows()))
                .orElse(List.of());
    }

    /// Says that a session could not be saved: nobody can continue it.
    public void forget(Swap.Save lost) {
        saved.forget(lost.session());
    }

    public int idleCount() {
        return slots.size() - activeCount();
    }

    /// Says that a run has written `rowCount` more rows of the slot.
    public void extend(int slot, int rowCount) {
        slots.get(slot).extend(rowCount);
    }

    /// Takes a slot back; its rows stay known.
    public void release(int slot) {
        slots.get(slot).release(++tick);
    }

    /// Takes back a slot whose rows cannot be trusted, after a failed run.
    public void discard(int slot) {
        slots.get(slot).discard();
    }

    /// Rows of the slot that are written.
    public int validRows(int slot) {
        return slots.get(slot).validRows();
    }

    public int slotCount() {
        return slots.size();
    }

    public int activeCount() {
        return (int) slots.stream().filter(slot -> !slot.isIdle()).count();
    }

    /// Rows of all slots together, those of idle ones included.
    public int cachedRowCount() {
        return slots.stream().mapToInt(Slot::validRows).sum();
    }

    /// Rows of idle sequences beside the KV cache.
    public int savedRowCount() {
        return saved.rowCount();
    }

    /// Checks what must hold between any two events; for tests and idle time.
    ///
    /// @throws IllegalStateException that names the slot
    public void checkIntegrity() {
        slots.forEach(Slot::checkIntegrity);
    }
}
