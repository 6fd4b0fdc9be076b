package ai.autoglm.tensorrt.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.tensorrt.plan.NetworkSource;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What graphs say of the memory that they will take, against what the compiler has written.
final class GraphMemoryTest {
    private static final DecoderLimits LIMITS = DecoderLimits.of(8, 2, 256, 8000);

    @TempDir
    private static Path folder;

    private static Bundle bf16;
    private static Bundle int4;

    @BeforeAll
    static void compile() {
        bf16 = compile(Precision.BF16);
        int4 = compile(Precision.INT4_FP16);
    }

    private static Bundle compile(Precision precision) {
        Path mini = Path.of(System.getProperty("autoglm.root")).resolve("models/autoglm-phone-mini");
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compile(mini, folder.resolve(precision.toString()));
    }

    @Test
    void weightsAreWhatTheCompilerWroteAndTheCacheIsWhatTheDecoderAllocates() throws IOException {
        MemoryPlan plan = plan(bf16, 24L << 30);
        assertThat((double) plan.weightBytes())
                .as("but for padding to pages")
                .isCloseTo(weightFile(bf16), within(0.1 * weightFile(bf16)));
        assertThat(plan.cache())
                .map(CacheDemand::layout)
                .isEqualTo(Optional.of(parts(bf16).decoderCache(LIMITS)));
        assertThat(plan.cache()).map(CacheDemand::resumeSlots).isEqualTo(Optional.of(2));
    }

    @Test
    void weightsOfFourBitsAreForeseenAsTheCompilerWouldWriteThem() throws IOException {
        long foreseen = plan(bf16, 24L << 30).fourBitWeightBytes().orElseThrow();
        assertThat((double) foreseen).isCloseTo(weightFile(int4), within(0.15 * weightFile(int4)));
        assertThat((double) plan(int4, 24L << 30).weightBytes())
                .as("of the graph that is there")
                .isCloseTo((double) foreseen, within(0.05 * (double) foreseen));
        assertThat(plan(int4, 24L << 30).fourBitWeightBytes())
                .as("there are no fewer")
                .isEmpty();
    }

    @Test
    void activationsHoldTheScoresOfAChunk() {
        // Four heads, two arrays, 256 rows, 8,008 keys, two bytes each.
        long heads = bf16.manifest().decoder().headCount();
        assertThat(plan(bf16, 24L << 30).activationBytes())
                .isEqualTo(GraphMemory.WORKSPACE_BYTES + 2 * heads * 256 * 8008 * 2);
    }

    @Test
    void whatIsAdvisedFits() {
        long free = 1L << 30;
        EngineException refusal = catchThrowableOfType(
                EngineException.class, plan(bf16, DecoderLimits.of(40, 2, 256, 8000), free)::requireFits);
        String advice = Objects.requireNonNull(refusal.getMessage());
        int sequences = number(advice, "--max-num-seqs ");
        int length = number(advice, "--max-model-len ");

        plan(bf16, DecoderLimits.of(sequences, 2, 256, 8000), free).requireFits();
        plan(bf16, DecoderLimits.of(40, 2, 256, length), free).requireFits();
        assertThatThrownBy(plan(bf16, DecoderLimits.of(sequences + 1, 2, 256, 8000), free)::requireFits)
                .isInstanceOf(EngineException.class);
    }

    @Test
    void aVisionEncoderHoldsTheScoresOfAQuarterOfTheLargestPicture() {
        ModelPart part = parts(bf16).visionEncoder();
        MemoryPlan plan = GraphMemory.plan(part, NetworkSource.read(part).model(), 24L << 30);
        assertThat(plan.cache()).isEmpty();
        assertThat(plan.fourBitWeightBytes()).isEmpty();
        assertThat(plan.requireFits().table()).hasSize(3);
        // Three heads, two arrays, 130,000 pixels in patches of 2 · 14 · 14, two bytes each.
        assertThat(plan.picture()).contains(new PictureDemand(3, 4, 2, 328, 392));
        assertThat(plan.activationBytes()).isEqualTo(GraphMemory.WORKSPACE_BYTES + 2 * 3 * 82 * 328 * 2);
    }

    @Test
    void anAudioEncoderHoldsTheScoresOfAWindow() {
        ModelPart part = parts(bf16).audioEncoder();
        MemoryPlan plan = GraphMemory.plan(part, NetworkSource.read(part).model(), 24L << 30);
        assertThat(plan.picture()).isEmpty();
        // Two heads, two arrays, 300 positions, two bytes each.
        assertThat(plan.activationBytes()).isEqualTo(GraphMemory.WORKSPACE_BYTES + 2 * 2 * 300 * 300 * 2);
    }

    private static int number(String text, String before) {
        String rest = text.substring(text.indexOf(before) + before.length());
        return Integer.parseInt(rest.split("\\D", 2)[0]);
    }

    private static BundleParts parts(Bundle bundle) {
        return new BundleParts(bundle);
    }

    private static MemoryPlan plan(Bundle bundle, long free) {
        return plan(bundle, LIMITS, free);
    }

    private static MemoryPlan plan(Bundle bundle, DecoderLimits limits, long free) {
        ModelPart part = parts(bundle).decoder(limits);
        return GraphMemory.plan(part, NetworkSource.read(part).model(), free);
    }

    private static double weightFile(Bundle bundle) throws IOException {
        return Files.size(bundle.decoder().resolveSibling("decoder.onnx.data"));
    }
}
