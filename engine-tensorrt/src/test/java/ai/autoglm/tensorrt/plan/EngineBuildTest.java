package ai.autoglm.tensorrt.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.tensorrt.testing.FakeGpu;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a part of the embedded model to a plan in the store, with a builder that only looks.
final class EngineBuildTest {
    private static final FakeGpu GPU = new FakeGpu(24L << 30);
    private static final DecoderLimits LIMITS = new DecoderLimits(8, 256, 1000);

    @TempDir
    private static Path bundles;

    private static BundleParts parts;

    @TempDir
    private Path folder;

    private final List<NetworkSource> asked = new ArrayList<>();
    private final List<Boolean> hadTimings = new ArrayList<>();

    @BeforeAll
    static void compile() {
        Path mini = Path.of(System.getProperty("autoglm.root")).resolve("models/autoglm-phone-mini");
        Bundle bundle = new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compile(mini, bundles.resolve("mini"));
        parts = new BundleParts(bundle);
    }

    @Test
    void theDecoderIsBuiltForPrefillAndForDecode() throws IOException {
        build(parts.decoder(LIMITS));

        NetworkSource network = asked.getFirst();
        assertThat(network.profiles()).extracting(Profile::name).containsExactly("prefill", "decode");
        Profile.Range prefill = range(network, 0, "attn_mask");
        assertThat(prefill.min()).isEqualTo(Shape.of(1, 1, 1, 1));
        assertThat(prefill.max()).isEqualTo(Shape.of(1, 1, 256, 1008));
        Profile.Range decode = range(network, 1, "attn_mask");
        assertThat(decode.opt()).isEqualTo(Shape.of(8, 1, 1, 1008));
        assertThat(decode.max()).isEqualTo(Shape.of(8, 1, 1, 1008));
        // The cache's rows are part of the network, its slots are not.
        assertThat(range(network, 1, "k_cache_0").max().extent(2)).isEqualTo(1008);
        assertThat(range(network, 1, "k_cache_0").min().extent(0)).isEqualTo(1);
    }

    @Test
    void everyPartOfTheEmbeddedModelCanBeAskedFor() throws IOException {
        for (ModelPart part :
                List.of(parts.decoder(LIMITS), parts.fusion(LIMITS), parts.visionEncoder(), parts.audioEncoder())) {
            assertThat(build(part)).isPresent();
        }
        NetworkSource vision = asked.get(2);
        long patches = range(vision, 0, "pixel_values").max().extent(0);
        assertThat(patches % 4).isZero();
        assertThat(range(vision, 0, "position_weight").max()).isEqualTo(Shape.of(16, patches, 1));
        assertThat(asked.get(3).profiles())
                .singleElement()
                .satisfies(profile -> assertThat(profile.inputs()).isEmpty());
    }

    @Test
    void anEngineThatIsThereIsNotBuiltAgainUnlessAsked() throws IOException {
        Optional<Path> first = build(parts.audioEncoder());
        Optional<Path> second = build(parts.audioEncoder());
        Optional<Path> third = build().build(parts.audioEncoder(), true, silent());

        assertThat(first).isPresent().get().satisfies(path -> assertThat(path).exists());
        assertThat(second).isEmpty();
        assertThat(third).isEqualTo(first);
        assertThat(hadTimings)
                .as("the second build knows the first one's timings")
                .containsExactly(false, true);
    }

    @Test
    void anEngineThatWouldNotBeLoadedIsBuiltAgain() throws IOException {
        Path first = build(parts.audioEncoder()).orElseThrow();
        Files.writeString(folder.resolve("plan.key"), "another installation's, of 32 bytes or more");

        assertThat(build(parts.audioEncoder())).hasValue(first);
        assertThat(build(parts.audioEncoder())).isEmpty();

        Files.write(first, new byte[5_000]);
        assertThat(build(parts.audioEncoder())).hasValue(first);
    }

    @Test
    void whoWantsTheSameEngineWaitsForTheFirst() throws Exception {
        CountDownLatch building = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        EngineBuild slow = new EngineBuild(
                (network, timings, progress) -> {
                    building.countDown();
                    await(mayFinish);
                    return new PlanBuilder.Built(
                            Arena.global().allocate(1000), Arena.global().allocate(10));
                },
                store(),
                folder,
                GPU,
                "11.2.1");
        try (ExecutorService builders = Executors.newFixedThreadPool(2)) {
            Future<Optional<Path>> first = builders.submit(() -> slow.build(parts.audioEncoder(), false, silent()));
            await(building);
            Future<Optional<Path>> second = builders.submit(() -> build(parts.audioEncoder()));
            assertThatThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            mayFinish.countDown();

            assertThat(first.get()).isPresent();
            assertThat(second.get()).isEmpty();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFailedBuildLeavesNothing() throws IOException {
        EngineBuild failing = new EngineBuild(
                (network, timings, progress) -> {
                    throw new IllegalStateException("no");
                },
                store(),
                folder,
                GPU,
                "11.2.1");

        assertThatThrownBy(() -> failing.build(parts.audioEncoder(), false, silent()))
                .hasMessage("no");
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file ->
                            !file.endsWith("plan.key") && !file.toString().endsWith(".lock")))
                    .isEmpty();
        }
    }

    @Test
    void whatWouldNotFitOnTheCardIsNotBuilt() {
        FakeGpu small = new FakeGpu(1L << 30);
        EngineBuild build = new EngineBuild(
                (network, timings, progress) -> {
                    throw new AssertionError("built");
                },
                store(),
                folder,
                small,
                "11.2.1");

        assertThatThrownBy(() -> build.build(parts.decoder(DecoderLimits.of(40, 2, 256, 8000)), false, silent()))
                .isInstanceOf(EngineException.class)
                .hasMessageMatching(
                        "The decoder does not fit on the GPU: weights 0\\.0 \\+ activations 0\\.3 \\+ KV [0-9.]+"
                                + " for 42 × 8,007 tokens = [0-9.]+ GiB, 1\\.0 free: use --max-num-seqs [0-9]+ or --max-model-len [0-9]+\\.");
    }

    private static Profile.Range range(NetworkSource network, int profile, String input) {
        return Objects.requireNonNull(network.profiles().get(profile).inputs().get(input), input);
    }

    private Optional<Path> build(ModelPart part) throws IOException {
        return build().build(part, false, silent());
    }

    private EngineBuild build() {
        PlanBuilder builder = (network, timings, progress) -> {
            asked.add(network);
            hadTimings.add(timings.isPresent());
            MemorySegment plan = Arena.global().allocate(1000);
            return new PlanBuilder.Built(plan, Arena.global().allocate(10));
        };
        return new EngineBuild(builder, store(), folder, GPU, "11.2.1");
    }

    private PlanStore store() {
        return new PlanStore(folder, SigningKey.find(Map.of(), folder.resolve("plan.key")));
    }

    private static BuildProgress silent() {
        return new BuildProgress() {
            @Override
            public void begin(String phase, @Nullable String parent, int stepCount) {}

            @Override
            public boolean stepped(String phase, int step) {
                return true;
            }

            @Override
            public void end(String phase) {}
        };
    }
}
