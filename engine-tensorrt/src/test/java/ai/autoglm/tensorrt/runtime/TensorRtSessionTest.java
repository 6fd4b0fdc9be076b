package ai.autoglm.tensorrt.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.plan.LoadedPart;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.tensorrt.testing.FakeGpu;
import ai.autoglm.tensorrt.testing.FakePlan;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// A plan that adds each row's value to its cache and answers with the sum of what the mask lets it see.
final class TensorRtSessionTest {
    private static final int ROWS = 512;
    private static final CacheLayout LAYOUT =
            new CacheLayout(List.of(new CacheTensor("cache", "cache_out")), ElementType.FLOAT32, 3, 1, ROWS, 1);

    private final FakeGpu gpu = new FakeGpu(16L << 20);
    private final List<GpuException> failures = new ArrayList<>();

    @Test
    void aRunSeesItsOwnSlotOnly() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);

        assertThat(decode(session, cache, Map.of(0, 1f, 2, 10f), 0)).containsExactly(1f, 10f);
        assertThat(decode(session, cache, Map.of(2, 20f), 1)).containsExactly(30f);
        assertThat(decode(session, cache, Map.of(0, 2f), 1)).containsExactly(3f);
        assertThat(decode(session, cache, Map.of(0, 3f, 1, 7f, 2, 30f), 2)).containsExactly(6f, 7f, 60f);
        assertThat(failures).isEmpty();
    }

    @Test
    void theSameKindOfRunIsCapturedOnceAndLaunchedAgain() {
        TensorRtSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        float sum = 0;
        for (int row = 0; row < 20; row++) {
            sum += row;
            assertThat(decode(session, cache, Map.of(1, (float) row), row)).containsExactly(sum);
        }
        assertThat(session.graphCount()).isEqualTo(1);
        assertThat(gpu.launchCount()).isEqualTo(19);
    }

    @Test
    void aFailedCaptureIsNotTriedAgain() {
        TensorRtSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        gpu.failNext("cudaStreamEndCapture");

        assertThat(decode(session, cache, Map.of(0, 1f), 0)).containsExactly(1f);
        assertThat(decode(session, cache, Map.of(0, 2f), 1)).containsExactly(3f);
        assertThat(session.graphCount()).isZero();
        assertThat(gpu.launchCount()).isZero();
        assertThat(failures).isEmpty();
    }

    @Test
    void aRunThatCannotBeCapturedLeavesTheStreamUsable() {
        TensorRtSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        gpu.failAfter(1, "enqueueV3");

        assertThat(decode(session, cache, Map.of(0, 1f), 0)).containsExactly(1f);
        assertThat(decode(session, cache, Map.of(0, 2f), 1)).containsExactly(3f);
        assertThat(session.graphCount()).isZero();
        assertThat(failures).isEmpty();
    }

    @Test
    void aContextThatFindsNoMemoryEndsCapturingAndNothingElse() {
        FakePlan plan = plan(Map.of("cache_out", "cache"), ElementType.FLOAT32);
        TensorRtSession session = session(plan, 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        gpu.refuseNext("createExecutionContext");

        assertThat(decode(session, cache, Map.of(0, 1f), 0)).containsExactly(1f);
        assertThat(decode(session, cache, Map.of(0, 2f, 1, 5f), 1)).containsExactly(3f, 5f);

        assertThat(session.graphCount()).isZero();
        assertThat(plan.contextCount()).as("one for each profile").isEqualTo(2);
        assertThat(failures).isEmpty();
    }

    @Test
    void whereMemoryWasShortOnceNothingMoreIsCaptured() {
        TensorRtSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40, 1 << 20);
        CacheMemory cache = session.allocateCache(LAYOUT);
        decode(session, cache, Map.of(0, 1f), 0);
        DeviceMemory others = gpu.allocate(gpu.freeBytes());
        decode(session, cache, Map.of(0, 1f, 1, 5f), 1);
        gpu.free(others);
        decode(session, cache, Map.of(0, 1f, 1, 5f, 2, 7f), 2);

        assertThat(session.graphCount()).isEqualTo(1);
    }

    @Test
    void onlySlotsThatMoveNeedRoomToMoveIn() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        int allocations = gpu.allocationCount();
        CacheLayout alone = new CacheLayout(LAYOUT.tensors(), ElementType.FLOAT32, 1, 1, ROWS, 1);

        session.allocateCache(alone).close();
        assertThat(gpu.allocationCount()).isEqualTo(allocations);
        session.allocateCache(alone);
        assertThat(gpu.allocationCount()).isEqualTo(allocations + 1);
        session.allocateCache(LAYOUT);
        assertThat(gpu.allocationCount()).isEqualTo(allocations + 3);
    }

    @Test
    void addressesStayWhateverSizesCome() {
        TensorRtSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        int allocations = gpu.allocationCount();
        decode(session, cache, Map.of(0, 1f), 0);
        decode(session, cache, Map.of(0, 1f, 1, 5f, 2, 7f), 300);
        decode(session, cache, Map.of(0, 1f), 1);

        assertThat(gpu.allocationCount()).isEqualTo(allocations);
        assertThat(session.graphCount())
                .as("the third run is the first one's kind")
                .isEqualTo(2);
        assertThat(gpu.launchCount()).isEqualTo(1);
    }

    @Test
    void aLostDeviceIsReportedWhereverItIsNoticed() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        gpu.failNext("cudaMemcpy2DAsync");

        assertThatThrownBy(() -> cache.copyRows(cache, 0, 1, 2))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.isDeviceLost()).isTrue());
        assertThat(failures).hasSize(1);
    }

    @Test
    void aTensorLargerThanTheEngineWasBuiltForIsRefused() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        try (Arena arena = Arena.ofConfined()) {
            Tensor huge = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1 << 19, 1));
            assertThatThrownBy(() -> session.run(Map.of("value", huge), Map.of()))
                    .isInstanceOf(EngineException.class)
                    .hasMessage("value has 2097152 bytes, but the engine was built for 1048576 at most.");
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void graphsAreOnlyAsManyAsAllowed() {
        FakePlan plan = plan(Map.of("cache_out", "cache"), ElementType.FLOAT32);
        TensorRtSession session = session(plan, 1);
        CacheMemory cache = session.allocateCache(LAYOUT);

        decode(session, cache, Map.of(0, 1f), 0);
        assertThat(decode(session, cache, Map.of(0, 1f, 1, 5f), 1)).containsExactly(2f, 5f);

        assertThat(session.graphCount()).isEqualTo(1);
        assertThat(plan.contextCount())
                .as("one for each profile, one for the graph")
                .isEqualTo(3);
    }

    @Test
    void rowsAreCopiedSavedAndRestored() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        decode(session, cache, Map.of(0, 1f), 0);
        decode(session, cache, Map.of(0, 2f), 1);

        cache.copyRows(cache, 0, 1, 2);
        try (var saved = cache.save(0, 2)) {
            cache.clear(0);
            cache.restore(saved, 2);
            assertThat(decode(session, cache, Map.of(0, 4f, 1, 4f, 2, 4f), 2)).containsExactly(4f, 7f, 7f);
        }
    }

    @Test
    void nothingOfALongerSequenceStaysWhereAShorterOneMoves() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        decode(session, cache, Map.of(0, Float.POSITIVE_INFINITY), 300);
        decode(session, cache, Map.of(1, 1f), 0);

        cache.clear(0);

        assertThat(decode(session, cache, Map.of(1, 2f), 400)).containsExactly(3f);
    }

    @Test
    void aPlanThatDoesNotUpdateInPlaceIsRefused() {
        assertThatThrownBy(
                        () -> session(plan(Map.of(), ElementType.FLOAT32), 40).allocateCache(LAYOUT))
                .isInstanceOf(EngineException.class)
                .hasMessage("The engine of the decoder updates nothing in place of cache: build it again.");
    }

    @Test
    void aPlanForOtherCachesIsRefused() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT16), 40);
        assertThatThrownBy(() -> session.allocateCache(LAYOUT))
                .hasMessageContaining("was built for caches of FLOAT16[1, 512, 1], not FLOAT32[1, 512, 1]");
    }

    @Test
    void aDeviceErrorIsReportedAndEndsTheRun() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        gpu.failNext("cudaStreamSynchronize");

        assertThatThrownBy(() -> decode(session, cache, Map.of(0, 1f), 0))
                .isInstanceOf(EngineException.class)
                .hasMessage("The GPU failed: cudaStreamSynchronize failed: cudaErrorIllegalAddress");
        assertThat(failures).hasSize(1);
    }

    @Test
    void aShapeThatTheEngineWasNotBuiltForFailsItsOwnRunOnly() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        CacheMemory cache = session.allocateCache(LAYOUT);
        decode(session, cache, Map.of(0, 1f), 0);
        try (Arena arena = Arena.ofConfined()) {
            Tensor wide = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, 2));
            Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(1, 1, 1, 256));
            Tensor index = Tensor.allocate(arena, ElementType.INT64, Shape.of(1));
            Tensor sum = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, 1));
            assertThatThrownBy(() -> session.run(
                            Map.of("value", wide, "attn_mask", mask, "write_indices", index),
                            Map.of("sum", sum),
                            cache,
                            List.of(0)))
                    .hasMessageContaining("setInputShape was refused");
        }
        assertThat(failures).isEmpty();
        assertThat(decode(session, cache, Map.of(0, 2f), 1)).containsExactly(3f);
    }

    @Test
    void tooLittleMemoryIsAnErrorOfItsOwn() {
        CacheLayout large = new CacheLayout(LAYOUT.tensors(), ElementType.FLOAT32, 1 << 20, 1, ROWS, 1);
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);

        assertThatThrownBy(() -> session.allocateCache(large))
                .hasMessageContaining("does not fit on the GPU")
                .hasMessageContaining("KV 2.0 for 1048576 × 511 tokens");
        assertThat(failures).as("the GPU is as good as before").isEmpty();
    }

    @Test
    void whatWasTakenSinceLoadingCounts() {
        ModelSession session = session(plan(Map.of("cache_out", "cache"), ElementType.FLOAT32), 40);
        int slots = (int) (gpu.freeBytes() / LAYOUT.slotBytes()); // which leaves nothing to move them in
        CacheLayout whole = new CacheLayout(LAYOUT.tensors(), ElementType.FLOAT32, slots, 1, ROWS, 1);
        CacheLayout oneLess = new CacheLayout(LAYOUT.tensors(), ElementType.FLOAT32, slots - 1, 1, ROWS, 1);

        assertThatThrownBy(() -> session.allocateCache(whole))
                .hasMessageContaining("does not fit on the GPU")
                .hasMessageContaining("use --max-num-seqs " + (slots - 1) + " or");
        assertThat(session.allocateCache(oneLess).layout()).isEqualTo(oneLess);
    }

    private TensorRtSession session(FakePlan plan, int graphs) {
        return session(plan, graphs, 0);
    }

    private TensorRtSession session(FakePlan plan, int graphs, long reservedBytes) {
        ModelPart part = new ModelPart(ModelPart.Kind.DECODER, Path.of("decoder.onnx"), "bundle", Map.of());
        return new TensorRtSession(
                gpu,
                new LoadedPart(plan),
                part,
                gpu.freeBytes(),
                new GraphSettings(graphs, reservedBytes),
                failures::add);
    }

    private FakePlan plan(Map<String, String> aliases, ElementType cacheType) {
        List<PlanTensor> tensors = List.of(
                new PlanTensor("value", true, ElementType.FLOAT32, List.of(-1L, 1L)),
                new PlanTensor("attn_mask", true, ElementType.BOOL, List.of(-1L, 1L, -1L, -1L)),
                new PlanTensor("write_indices", true, ElementType.INT64, List.of(-1L)),
                new PlanTensor("cache", true, cacheType, List.of(-1L, 1L, (long) ROWS, 1L)),
                new PlanTensor("cache_out", false, cacheType, List.of(-1L, 1L, (long) ROWS, 1L)),
                new PlanTensor("sum", false, ElementType.FLOAT32, List.of(-1L, 1L)));
        return new FakePlan(gpu, tensors, aliases, 2, TensorRtSessionTest::compute);
    }

    private static void compute(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        Tensor mask = get(inputs, "attn_mask");
        long keys = mask.shape().extent(3);
        for (long element = 0; element < mask.shape().extent(0); element++) {
            long at = get(inputs, "write_indices").data().getAtIndex(ValueLayout.JAVA_LONG, element);
            assertThat(at).isBetween(0L, ROWS - 1L);
            float value = get(inputs, "value").data().getAtIndex(ValueLayout.JAVA_FLOAT, element);
            Tensor cache = get(inputs, "cache");
            cache.data().setAtIndex(ValueLayout.JAVA_FLOAT, element * ROWS + at, value);
            float sum = 0;
            for (long key = 0; key < keys; key++) {
                float seen = cache.data().getAtIndex(ValueLayout.JAVA_FLOAT, element * ROWS + key);
                if (key != at) {
                    assertThat(seen).as("even a hidden row is finite").isFinite();
                }
                sum += mask.data().get(ValueLayout.JAVA_BYTE, element * keys + key) == 1 ? seen : 0;
            }
            get(outputs, "sum").data().setAtIndex(ValueLayout.JAVA_FLOAT, element, sum);
        }
    }

    private static Tensor get(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /// One decode run: each slot's value goes to `row`, and it sees all rows up to there.
    private static List<Float> decode(ModelSession session, CacheMemory cache, Map<Integer, Float> values, int row) {
        List<Integer> asked = values.keySet().stream().sorted().toList();
        List<Integer> slots = cache.arrange(asked);
        int keys = cache.keyCount(row + 1);
        try (Arena arena = Arena.ofConfined()) {
            int batch = slots.size();
            Tensor value = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(batch, 1));
            Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(batch, 1, 1, keys));
            Tensor index = Tensor.allocate(arena, ElementType.INT64, Shape.of(batch));
            Tensor sum = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(batch, 1));
            for (int element = 0; element < batch; element++) {
                Float own = values.get(slots.get(element));
                value.data().setAtIndex(ValueLayout.JAVA_FLOAT, element, own == null ? -999 : own);
                index.data().setAtIndex(ValueLayout.JAVA_LONG, element, own == null ? ROWS - 1 : row);
                mask.data()
                        .asSlice((long) element * keys, own == null ? 1 : row + 1)
                        .fill((byte) 1);
            }
            session.run(
                    Map.of("value", value, "attn_mask", mask, "write_indices", index),
                    Map.of("sum", sum),
                    cache,
                    slots);
            return asked.stream()
                    .map(slot -> sum.data().getAtIndex(ValueLayout.JAVA_FLOAT, slots.indexOf(slot)))
                    .toList();
        }
    }
}
