package ai.autoglm.tensorrt.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where each slot's bytes are. A decode run takes the first places, at fixed addresses, so that it can be captured
/// once and launched again: slots that take part are moved there, and change places with ones that do not.
///
/// Invariant: places and slots are a permutation of each other.
final class SlotPlacement {
    private final int[] placeOf; // by slot
    private final int[] slotAt; // by place

    /// Two places whose contents change; what the caller copies.
    record Exchange(int slot, int place, int otherSlot, int otherPlace) {}

    SlotPlacement(int slotCount) {
        placeOf = new int[slotCount];
        slotAt = new int[slotCount];
        for (int slot = 0; slot < slotCount; slot++) {
            placeOf[slot] = slot;
            slotAt[slot] = slot;
        }
    }

    int placeOf(int slot) {
        return placeOf[slot];
    }

    int slotAt(int place) {
        return slotAt[place];
    }

    /// Brings slots to places 0 to n − 1, each at most once; those that are there already stay.
    ///
    /// @return exchanges to make, in this order
    List<Exchange> gather(List<Integer> slots) {
        Set<Integer> wanted = new HashSet<>(slots);
        List<Exchange> exchanges = new ArrayList<>();
        int free = 0;
        for (int slot : slots) {
            if (placeOf[slot] < slots.size()) {
                continue;
            }
            while (wanted.contains(slotAt[free])) {
                free++;
            }
            exchanges.add(exchange(slot, slotAt[free]));
        }
        return exchanges;
    }

    private Exchange exchange(int slot, int other) {
        Exchange exchange = new Exchange(slot, placeOf[slot], other, placeOf[other]);
        placeOf[slot] = exchange.otherPlace();
        placeOf[other] = exchange.place();
        slotAt[exchange.place()] = other;
        slotAt[exchange.otherPlace()] = slot;
        return exchange;
    }
}
