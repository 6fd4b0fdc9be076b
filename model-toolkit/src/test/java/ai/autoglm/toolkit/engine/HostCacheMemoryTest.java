package ai.autoglm.toolkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HostCacheMemoryTest {
    @Test
    void refusesATensorThatIsTooLargeWithTheArithmetic() {
        assertThatThrownBy(() -> new HostCacheMemory(layout(64, 2, 65_537, 128)))
                .hasMessage("The KV cache of one layer would take 64 sequences × 65537 tokens × 1024 bytes"
                        + " = 4295032832 bytes, but the limit is 2147483647: lower max-num-seqs, or max-model-len to"
                        + " at most 32766.");
    }

    @Test
    void theLimitThatTheMessageNamesIsAccepted() {
        try (HostCacheMemory memory = new HostCacheMemory(layout(1, 2, 1001, 128))) {
            assertThat(memory.layout().byteSize()).isEqualTo(2L * 1001 * 2 * 128 * 4);
        }
    }

    @Test
    void copiesTheFirstRowsOfEachHead() {
        try (HostCacheMemory memory = new HostCacheMemory(layout(3, 2, 5, 2))) {
            count(memory, 0);
            memory.copyRows(memory, 0, 2, 3);
            // [head, row, dimension]: two heads of five rows of two.
            assertThat(keys(memory, 2))
                    .containsExactly(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0);
            memory.clear(2);
            assertThat(keys(memory, 2)).containsOnly(0);
            assertThat(keys(memory, 0)[0]).isEqualTo(1);
        }
    }

    @Test
    void copiesRowsOfASmallerMemory() {
        try (HostCacheMemory small = new HostCacheMemory(layout(1, 2, 2, 2));
                HostCacheMemory large = new HostCacheMemory(layout(1, 2, 4, 2))) {
            count(small, 0);
            large.copyRows(small, 0, 0, 2);
            assertThat(keys(large, 0)).containsExactly(1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0);
        }
    }

    @Test
    void savedRowsOutliveTheirSlot() {
        try (HostCacheMemory memory = new HostCacheMemory(layout(2, 2, 3, 1))) {
            count(memory, 0);
            try (SavedRows saved = memory.save(0, 2)) {
                memory.clear(0);
                memory.restore(saved, 1);
            }
            assertThat(keys(memory, 1)).containsExactly(1, 2, 0, 4, 5, 0);
        }
    }

    @Test
    void aRunCoversTheSlotsBetween() {
        try (HostCacheMemory memory = new HostCacheMemory(layout(4, 1, 600, 1))) {
            assertThat(memory.arrange(List.of(3, 1))).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> memory.views(List.of(1, 3))).hasMessageContaining("not side by side");
            assertThat(memory.keyCount(1)).isEqualTo(256);
            assertThat(memory.keyCount(257)).isEqualTo(512);
            assertThat(memory.keyCount(513)).isEqualTo(600);
        }
    }

    private static void count(HostCacheMemory memory, int slot) {
        Tensor tensor = tensor(memory, slot);
        for (long index = 0; index < tensor.shape().elementCount(); index++) {
            tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) (index + 1));
        }
    }

    private static float[] keys(HostCacheMemory memory, int slot) {
        return tensor(memory, slot).data().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static Tensor tensor(HostCacheMemory memory, int slot) {
        return Objects.requireNonNull(memory.views(List.of(slot)).inputs().get("k_cache_0"));
    }

    private static CacheLayout layout(int slots, int heads, int rows, int headDimension) {
        return new CacheLayout(
                List.of(new CacheTensor("k_cache_0", "k_cache_out_0"), new CacheTensor("v_cache_0", "v_cache_out_0")),
                ElementType.FLOAT32,
                slots,
                heads,
                rows,
                headDimension);
    }
}
