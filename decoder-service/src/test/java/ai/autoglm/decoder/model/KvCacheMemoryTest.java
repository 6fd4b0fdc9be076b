package ai.autoglm.decoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class KvCacheMemoryTest {
    @Test
    void refusesATensorThatIsTooLargeWithTheArithmetic() {
        assertThatThrownBy(() -> new KvCacheMemory(spec(40, 2, 128), 64, 65_536))
                .hasMessage("The KV cache of one layer would take 64 sequences × 65537 tokens × 1024 bytes"
                        + " = 4295032832 bytes, but the limit is 2147483647: lower max-num-seqs, or max-model-len to"
                        + " at most 32766.");
    }

    @Test
    void theLimitThatTheMessageNamesIsAccepted() {
        try (KvCacheMemory memory = new KvCacheMemory(spec(1, 2, 128), 1, 1000)) {
            assertThat(memory.byteSize()).isEqualTo(2L * 1001 * 2 * 128 * 4);
        }
    }

    @Test
    void copiesTheFirstRowsOfEachHead() {
        try (KvCacheMemory memory = new KvCacheMemory(spec(1, 2, 2), 3, 4)) {
            Tensor source = keys(memory, 0);
            for (long index = 0; index < source.shape().elementCount(); index++) {
                source.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) (index + 1));
            }
            memory.copyRows(0, 2, 3);
            // [head, row, dimension]: two heads of five rows of two.
            assertThat(keys(memory, 2).data().toArray(ValueLayout.JAVA_FLOAT))
                    .containsExactly(1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 11, 12, 13, 14, 15, 16, 0, 0, 0, 0);
            memory.clear(2);
            assertThat(keys(memory, 2).data().toArray(ValueLayout.JAVA_FLOAT)).containsOnly(0);
            assertThat(keys(memory, 0).data().get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1);
        }
    }

    private static Tensor keys(KvCacheMemory memory, int slot) {
        return Objects.requireNonNull(memory.range(slot, 1).inputs().get("k_cache_0"));
    }

    private static DecoderSpec spec(int layers, int kvHeads, int headDimension) {
        RotarySpec rotary = new RotarySpec(10_000, headDimension, true, List.of());
        return new DecoderSpec(10, 4, layers, kvHeads, kvHeads, headDimension, 100_000, rotary);
    }
}
