package ai.autoglm.tensorrt.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.ElementType;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The arithmetic of AutoGLM-Phone-9B (40 layers, 2 heads of 128 for keys and values) on a card of 24 GB.
final class MemoryPlanTest {
    private static final long GIB = 1L << 30;
    private static final long FREE = (long) (23.3 * GIB);
    private static final long FP16 = (long) (16.4 * GIB);
    private static final long INT4 = (long) (4.4 * GIB);

    @Test
    void oneRowTakesFortyKib() {
        assertThat(cache(1, 8).byteSize()).isEqualTo(8 * 40 * 1024);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheSumAndAWayOut() {
        MemoryPlan plan = new MemoryPlan(FP16, GIB, cache(8, 25_480), FREE, true);

        assertThatThrownBy(plan::requireFits)
                .hasMessage("The decoder does not fit on the GPU: weights 16.4 + activations 1.0 + KV 7.8 for"
                        + " 8 × 25,479 tokens = 25.2 GiB, 23.3 free: use --precision int4-fp16, --max-num-seqs and resume-slots"
                        + " of 6 together, or --max-model-len 19327.");
    }

    @Test
    void everyWayOutFits() {
        assertThat(new MemoryPlan(FP16, GIB, cache(6, 25_480), FREE, true).requireFits())
                .isNotNull();
        assertThat(new MemoryPlan(FP16, GIB, cache(8, 19_328), FREE, true).requireFits())
                .isNotNull();
        assertThat(new MemoryPlan(INT4, GIB, cache(8, 25_480), FREE, false).requireFits())
                .isNotNull();
    }

    @Test
    void sixteenFourBitSequencesFitOnACardOfTheirOwn() {
        MemoryPlan plan = new MemoryPlan(INT4, GIB, cache(16, 25_480), FREE, false);
        assertThat(plan.requireFits().table())
                .containsExactly(
                        "weights        4.40 GiB",
                        "activations    1.00 GiB",
                        "KV cache      15.55 GiB  16 × 25,479 tokens",
                        "left           2.35 GiB  of 23.30 free");
    }

    @Test
    void aModelThatIsTooLargeByItselfHasOneWayOut() {
        assertThatThrownBy(new MemoryPlan(30 * GIB, GIB, cache(1, 8), FREE, false)::requireFits)
                .hasMessageEndingWith("23.3 free: take a card with more memory.");
    }

    private static CacheLayout cache(int slots, int rows) {
        List<CacheTensor> tensors = IntStream.range(0, 80)
                .mapToObj(index -> new CacheTensor("cache_" + index, "cache_out_" + index))
                .toList();
        return new CacheLayout(tensors, ElementType.FLOAT16, slots, 2, rows, 128);
    }
}
