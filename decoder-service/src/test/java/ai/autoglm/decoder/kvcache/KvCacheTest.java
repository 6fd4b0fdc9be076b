package ai.autoglm.decoder.kvcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import org.junit.jupiter.api.Test;

class KvCacheTest {
    private final KvCache cache = new KvCache(3);

    @Test
    void takesFreshSlotsInOrder() {
        assertThat(lease(text(1, 2)).slot()).isZero();
        assertThat(lease(text(3, 4)).slot()).isEqualTo(1);
        assertThat(lease(text(5, 6)).slot()).isEqualTo(2);
        assertThat(cache.lease(text(7, 8))).isEmpty();
        assertThat(cache.activeCount()).isEqualTo(3);
    }

    @Test
    void continuesASequenceInItsOwnSlot() {
        PrefixKeys first = text(1, 2, 3);
        run(first, 3);
        SlotLease next = lease(text(1, 2, 3, 4, 5));
        assertThat(next).isEqualTo(new SlotLease(0, 3, 0));
        assertThat(next.needsCopy()).isFalse();
    }

    @Test
    void knowsGeneratedTokensAsUnfusedOnes() {
        PrefixKeys first = text(1, 2);
        SlotLease lease = lease(first);
        first.append(8);
        first.append(9);
        cache.extend(lease.slot(), 4);
        cache.release(lease.slot());
        PrefixKeys next = keys(new TokenRun(true, TokenIds.of(1, 2)), new TokenRun(false, TokenIds.of(8, 9, 7)));
        assertThat(lease(next).cachedRows()).isEqualTo(4);
        cache.release(0);
        PrefixKeys fused = keys(new TokenRun(true, TokenIds.of(1, 2, 8, 9, 7)));
        assertThat(lease(fused).cachedRows()).isEqualTo(2);
    }

    @Test
    void copiesAPrefixRatherThanCutALongerSequence() {
        run(text(1, 2, 3, 4, 5, 6), 6);
        SlotLease other = lease(text(1, 2, 9, 9));
        assertThat(other).isEqualTo(new SlotLease(1, 2, 0));
        assertThat(other.needsCopy()).isTrue();
        assertThat(lease(text(1, 2, 3, 4, 5, 6, 7)))
                .as("the long one is still whole")
                .isEqualTo(new SlotLease(0, 6, 0));
    }

    @Test
    void takesAPrefixFromARunningSequence() {
        lease(text(1, 2, 3, 4));
        cache.extend(0, 3);
        assertThat(lease(text(1, 2, 3, 4, 5))).isEqualTo(new SlotLease(1, 3, 0));
    }

    @Test
    void leavesAtLeastOneRowToCompute() {
        run(text(1, 2, 3), 3);
        assertThat(lease(text(1, 2, 3)).cachedRows()).isEqualTo(2);
    }

    @Test
    void separatesSalts() {
        run(text(1, 2, 3), 3);
        PrefixKeys salted = new PrefixKeys(prompt(new TokenRun(true, TokenIds.of(1, 2, 3, 4))), "other tenant", true);
        assertThat(lease(salted).cachedRows()).isZero();
    }

    @Test
    void tellsMediaApartByContentAndLayout() {
        TokenRun before = new TokenRun(true, TokenIds.of(1));
        TokenRun after = new TokenRun(true, TokenIds.of(2, 3));
        run(keys(before, image("a", 2, 3), after), 9);
        assertThat(cached(before, image("a", 2, 3), after)).isEqualTo(8);
        assertThat(cached(before, image("b", 2, 3), after)).isEqualTo(1);
        assertThat(cached(before, image("a", 3, 2), after)).isEqualTo(1);
        assertThat(cached(before, new MediaRun(false, "a", 5, new PositionRun.ImageRun(2, 3)), after))
                .isEqualTo(1);
    }

    @Test
    void cutsNoMediumInTwo() {
        TokenRun before = new TokenRun(true, TokenIds.of(1, 2));
        run(keys(before, image("a", 2, 3)), 5);
        assertThat(cached(before, image("a", 2, 3), before)).isEqualTo(2);
    }

    @Test
    void evictsTheLeastRecentlyUsed() {
        run(text(1, 1), 2);
        run(text(2, 2), 2);
        run(text(3, 3), 2);
        run(text(1, 1, 1), 3 - 2);
        assertThat(lease(text(4, 4)).slot()).isEqualTo(1);
    }

    @Test
    void trustsNothingOfADiscardedSlot() {
        SlotLease lease = lease(text(1, 2, 3));
        cache.extend(lease.slot(), 3);
        cache.discard(lease.slot());
        assertThat(lease(text(1, 2, 3, 4)).cachedRows()).isZero();
    }

    @Test
    void noticesRowsWithoutKeys() {
        SlotLease lease = lease(text(1, 2));
        assertThatThrownBy(() -> cache.extend(lease.slot(), 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 rows but keys of 2");
    }

    @Test
    void refusesTransitionsThatThereAreNot() {
        assertThatThrownBy(() -> cache.release(0)).hasMessage("Slot 0 is IDLE: no release");
        assertThatThrownBy(() -> cache.discard(1)).hasMessage("Slot 1 is IDLE: no discard");
    }

    @Test
    void anEvictedSequenceIsSavedAndComesBack() {
        KvCache small = new KvCache(1, 10);
        PrefixKeys first = text(1, 2, 3);
        small.lease(first);
        small.extend(0, 3);
        small.release(0);

        SlotLease other = small.lease(text(7, 8, 9)).orElseThrow();
        assertThat(other.swaps()).containsExactly(new Swap.Save(0, 0, 3, 0));
        assertThat(small.savedRowCount()).isEqualTo(3);
        small.extend(0, 3);
        small.release(0);

        SlotLease back = small.lease(text(1, 2, 3, 4)).orElseThrow();
        assertThat(back.cachedRows()).isEqualTo(3);
        assertThat(back.needsCopy()).isFalse();
        assertThat(back.swaps()).containsExactly(new Swap.Save(1, 0, 3, 0), new Swap.Restore(0, 0), new Swap.Drop(0));
        assertThat(small.savedRowCount()).isEqualTo(3);
        small.checkIntegrity();
    }

    @Test
    void theLongestUnusedSessionMakesRoom() {
        KvCache small = new KvCache(1, 5);
        for (int first = 1; first <= 3; first++) {
            small.lease(text(first * 10, 2, 3));
            small.extend(0, 3);
            small.release(0);
        }
        assertThat(small.savedRowCount()).isEqualTo(3);
        SlotLease gone = small.lease(text(10, 2, 3, 4)).orElseThrow();
        assertThat(gone.cachedRows()).isZero();
        assertThat(gone.swaps()).containsExactly(new Swap.Drop(1), new Swap.Save(2, 0, 3, 0));
    }

    @Test
    void savesNothingWithoutRoomForIt() {
        run(text(1, 2, 3), 3);
        run(text(4, 5, 6), 3);
        run(text(7, 8, 9), 3);
        assertThat(lease(text(2, 2, 2)).swaps()).isEmpty();
    }

    private SlotLease lease(PrefixKeys keys) {
        return cache.lease(keys).orElseThrow();
    }

    private void run(PrefixKeys keys, int rowCount) {
        SlotLease lease = lease(keys);
        cache.extend(lease.slot(), rowCount);
        cache.release(lease.slot());
        cache.checkIntegrity();
    }

    /// Rows that a prompt would find; leaves no trace but a later use.
    private int cached(PromptSegment... segments) {
        SlotLease lease = lease(keys(segments));
        cache.discard(lease.slot());
        if (lease.slot() == lease.sourceSlot() && lease.cachedRows() > 0) {
            throw new AssertionError("The test needs the source once more");
        }
        return lease.cachedRows();
    }

    private static PrefixKeys text(int... ids) {
        return keys(new TokenRun(true, TokenIds.of(ids)));
    }

    private static MediaRun image(String sha256, int rows, int columns) {
        return new MediaRun(true, sha256, 5, new PositionRun.ImageRun(rows, columns));
    }

    private static PrefixKeys keys(PromptSegment... segments) {
        return new PrefixKeys(prompt(segments), "", true);
    }

    private static FusedPrompt prompt(PromptSegment... segments) {
        return new FusedPrompt(List.of(segments));
    }
}
