package ai.autoglm.tensorrt.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelPart;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
        assertThat(cache(1, 0, 8).byteSize()).isEqualTo(8 * 40 * 1024);
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheSumAndEachWayOut() {
        assertThatThrownBy(fp16(cache(8, 2, 25_480))::requireFits)
                .hasMessage("The decoder does not fit on the GPU: weights 16.4 + activations 1.0 + KV 7.8 for"
                        + " 8 × 25,479 tokens = 25.2 GiB, 23.3 free: use --precision int4-fp16, --max-num-seqs 4,"
                        + " or --max-model-len 19327.");
    }

    @Test
    void everyWayOutFits() {
        assertThat(fp16(cache(6, 0, 25_480)).requireFits()).isNotNull();
        assertThat(fp16(cache(8, 0, 19_328)).requireFits()).isNotNull();
        assertThat(int4(cache(8, 0, 25_480)).requireFits()).isNotNull();
        assertThatThrownBy(fp16(cache(7, 0, 25_480))::requireFits).hasMessageContaining("--max-num-seqs 6");
        assertThatThrownBy(fp16(cache(8, 0, 19_336))::requireFits).hasMessageContaining("--max-model-len 19327");
    }

    @Test
    void resumeSlotsAreNotCountedAsSequences() {
        assertThatThrownBy(fp16(cache(10, 2, 25_480))::requireFits)
                .hasMessageContaining("for 10 × 25,479 tokens")
                .hasMessageContaining("--max-num-seqs 4,");
    }

    @Test
    void whatWouldNotHelpAloneIsNotAdvised() {
        MemoryPlan plan = plan(FP16, OptionalLong.of(INT4), Optional.of(cache(64, 0, 25_480)));
        assertThatThrownBy(plan::requireFits)
                .hasMessageContaining("KV 62.2 for")
                .hasMessageEndingWith("23.3 free: use --max-num-seqs 6 or --max-model-len 2415.");
    }

    @Test
    void weightsOfFewerBitsAndShorterSequencesTogetherAreTheLastWayOut() {
        MemoryPlan plan = plan(30 * GIB, OptionalLong.of(8 * GIB), Optional.of(cache(64, 0, 25_480)));
        assertThatThrownBy(plan::requireFits)
                .hasMessageEndingWith(
                        "take a card with more memory, or use --precision int4-fp16 with" + " --max-model-len 5855.");
    }

    @Test
    void sixteenFourBitSequencesFitOnACardOfTheirOwn() {
        assertThat(int4(cache(16, 0, 25_480)).requireFits().table())
                .containsExactly(
                        "weights        4.40 GiB",
                        "activations    1.00 GiB",
                        "KV cache      15.55 GiB  16 × 25,479 tokens",
                        "left           2.35 GiB  of 23.30 free");
    }

    @Test
    void anEncoderHasNoCache() {
        MemoryPlan plan = encoder(GIB, Optional.empty(), FREE);
        assertThat(plan.requireFits().table()).hasSize(3);
        assertThat(plan.arithmetic()).isEqualTo("weights 1.0 + activations 1.0 = 2.0 GiB, 23.3 free");
    }

    /// Twelve heads, bf16, 9,633,792 pixels of which a patch is 2 · 14 · 14.
    private static final PictureDemand PICTURE = new PictureDemand(12, 4, 2, 24_576, 392);

    @Test
    void theScoresOfTheLargestPictureAreTwoArraysOfOnePart() {
        assertThat(PICTURE.byteSize()).isEqualTo((long) (6.75 * GIB));
        assertThat(new PictureDemand(12, 1, 2, 24_576, 392).byteSize())
                .as("in one part")
                .isEqualTo(27 * GIB);
    }

    @Test
    void aPictureThatDoesNotFitIsRefusedWithTheLargestThatDoes() {
        assertThatThrownBy(encoder(PICTURE.byteSize() + GIB / 4, Optional.of(PICTURE), 5 * GIB)::requireFits)
                .hasMessage("The vision-encoder does not fit on the GPU: weights 1.0 + activations 7.0 = 8.0 GiB,"
                        + " 5.0 free: use a size.longest_edge of 7179872 in preprocessor_config.json (18,316 patches)"
                        + " and compile again.");
        long most = PICTURE.patchesWithin(15 * GIB / 4);
        assertThat(new PictureDemand(12, 4, 2, most, 392).byteSize()).isLessThanOrEqualTo(15 * GIB / 4);
        assertThat(new PictureDemand(12, 4, 2, most + 4, 392).byteSize()).isGreaterThan(15 * GIB / 4);
    }

    @Test
    void aCardWithoutRoomForAnyPictureIsNotEnough() {
        assertThatThrownBy(encoder(PICTURE.byteSize() + GIB / 4, Optional.of(PICTURE), GIB)::requireFits)
                .hasMessageEndingWith("1.0 free: take a card with more memory.");
    }

    private static MemoryPlan encoder(long activations, Optional<PictureDemand> picture, long free) {
        return new MemoryPlan(
                ModelPart.Kind.VISION_ENCODER, GIB, OptionalLong.empty(), activations, Optional.empty(), picture, free);
    }

    @Test
    void aModelThatIsTooLargeByItselfHasOneWayOut() {
        assertThatThrownBy(plan(30 * GIB, OptionalLong.empty(), Optional.of(cache(1, 0, 8)))::requireFits)
                .hasMessageEndingWith("23.3 free: take a card with more memory.");
    }

    private static MemoryPlan fp16(CacheDemand cache) {
        return plan(FP16, OptionalLong.of(INT4), Optional.of(cache));
    }

    private static MemoryPlan int4(CacheDemand cache) {
        return plan(INT4, OptionalLong.empty(), Optional.of(cache));
    }

    private static MemoryPlan plan(long weights, OptionalLong fourBits, Optional<CacheDemand> cache) {
        return new MemoryPlan(ModelPart.Kind.DECODER, weights, fourBits, GIB, cache, Optional.empty(), FREE);
    }

    private static CacheDemand cache(int slots, int resumeSlots, int rows) {
        List<CacheTensor> tensors = IntStream.range(0, 80)
                .mapToObj(index -> new CacheTensor("cache_" + index, "cache_out_" + index))
                .toList();
        return new CacheDemand(new CacheLayout(tensors, ElementType.FLOAT16, slots, 2, rows, 128), resumeSlots);
    }
}
