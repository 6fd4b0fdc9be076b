package ai.autoglm.tensorrt.command;

import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.engine.CacheMemory;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Drives a decoder with made-up rows, the same for every engine: what comes out can be compared, and timed. Rotation
/// is by position 0: it is the host's arithmetic, not the engine's.
final class DecoderProbe implements AutoCloseable {
    private final ModelSession session;
    private final DecoderSpec spec;
    private final CacheMemory cache;
    private final Arena arena = Arena.ofShared();

    /// @param kvType of keys and values
    DecoderProbe(ModelSession session, DecoderSpec spec, ElementType kvType, DecoderLimits limits) {
        this.session = session;
        this.spec = spec;
        cache = session.allocateCache(BundleParts.decoderCache(spec, kvType, limits));
    }

    CacheMemory cache() {
        return cache;
    }

    /// Rows `first` to `end - 1` of a made-up prompt to a slot.
    ///
    /// @return logits after the last
    float[] prefill(int slot, long seed, int first, int end) {
        int keys = cache.keyCount(end);
        Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(1, 1, end - first, keys));
        for (int row = first; row < end; row++) {
            mask.data().asSlice((long) (row - first) * keys, row + 1L).fill((byte) 1);
        }
        return run(List.of(slot), rows(seed, first, end), mask, new long[] {first}, end - first)[0];
    }

    /// One more row of each slot.
    ///
    /// @param row where it goes, in each slot
    /// @return logits by slot asked for
    float[][] decode(List<Integer> slots, List<Long> seeds, List<Integer> row) {
        List<Integer> batch = cache.arrange(slots);
        int keys = cache.keyCount(row.stream().max(Integer::compare).orElseThrow() + 1);
        Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(batch.size(), 1, 1, keys));
        Tensor rows = floats(batch.size(), 1, spec.hiddenSize());
        long[] indices = new long[batch.size()];
        for (int element = 0; element < batch.size(); element++) {
            int asked = slots.indexOf(batch.get(element));
            indices[element] = asked < 0 ? paddingRow() : row.get(asked);
            mask.data()
                    .asSlice((long) element * keys, asked < 0 ? 1 : row.get(asked) + 1L)
                    .fill((byte) 1);
            if (asked >= 0) {
                Tensor one = rows(seeds.get(asked), row.get(asked), row.get(asked) + 1);
                rows.slice(element, 1).data().copyFrom(one.data());
            }
        }
        float[][] all = run(batch, rows, mask, indices, 1);
        return slots.stream().map(slot -> all[batch.indexOf(slot)]).toArray(float[][]::new);
    }

    /// Decode runs of these slots in which nothing but the run itself is timed: their tensors are made once.
    ///
    /// @param firstRow where the first run's rows go, in each slot
    /// @param untimed runs before those that are timed
    /// @return seconds of a run, on average
    double secondsOfDecode(List<Integer> slots, int firstRow, int untimed, int timed) {
        List<Integer> batch = cache.arrange(slots);
        int keys = cache.keyCount(firstRow + untimed + timed);
        Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(batch.size(), 1, 1, keys));
        Tensor rows = floats(batch.size(), 1, spec.hiddenSize());
        for (int element = 0; element < batch.size(); element++) {
            rows.slice(element, 1).data().copyFrom(rows(element, 0, 1).data());
        }
        Run run = prepare(batch.size(), rows, mask, 1);
        long nanos = 0;
        for (int step = 0; step < untimed + timed; step++) {
            int row = firstRow + step;
            for (int element = 0; element < batch.size(); element++) {
                boolean asked = slots.contains(batch.get(element));
                mask.data().asSlice((long) element * keys, asked ? row + 1L : 1).fill((byte) 1);
                run.writes().data().setAtIndex(ValueLayout.JAVA_LONG, element, asked ? row : paddingRow());
            }
            long start = System.nanoTime();
            session.run(run.inputs(), Map.of("logits", run.logits()), cache, batch);
            nanos += step < untimed ? 0 : System.nanoTime() - start;
        }
        return nanos / 1e9 / timed;
    }

    private int paddingRow() {
        return cache.layout().rowCount() - 1;
    }

    private record Run(Map<String, Tensor> inputs, Tensor writes, Tensor logits) {}

    private float[][] run(List<Integer> slots, Tensor rows, Tensor mask, long[] indices, int rowCount) {
        Run run = prepare(slots.size(), rows, mask, rowCount);
        MemorySegment.copy(indices, 0, run.writes().data(), ValueLayout.JAVA_LONG, 0, indices.length);
        session.run(run.inputs(), Map.of("logits", run.logits()), cache, slots);
        float[][] results = new float[slots.size()][];
        for (int element = 0; element < results.length; element++) {
            results[element] = run.logits().slice(element, 1).data().toArray(ValueLayout.JAVA_FLOAT);
        }
        return results;
    }

    /// A run's tensors; where its rows go is left open.
    private Run prepare(int batch, Tensor rows, Tensor mask, int rowCount) {
        int half = spec.rotary().rotaryDimension() / 2;
        Tensor cosines = floats(batch, rowCount, half);
        for (long index = 0; index < cosines.shape().elementCount(); index++) {
            cosines.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, 1);
        }
        Tensor writes = Tensor.allocate(arena, ElementType.INT64, Shape.of(batch));
        Tensor last = Tensor.allocate(arena, ElementType.INT64, Shape.of(batch, 1));
        for (int element = 0; element < batch; element++) {
            last.data().setAtIndex(ValueLayout.JAVA_LONG, element, rowCount - 1);
        }
        Tensor logits = floats(batch, spec.vocabularySize());
        Map<String, Tensor> inputs = Map.of(
                "inputs_embeds",
                rows,
                "rope_cos",
                cosines,
                "rope_sin",
                floats(batch, rowCount, half),
                "attn_mask",
                mask,
                "write_indices",
                writes,
                "last_index",
                last);
        return new Run(inputs, writes, logits);
    }

    /// Row `n` of a seed is always the same.
    private Tensor rows(long seed, int first, int end) {
        Tensor rows = floats(1, end - first, spec.hiddenSize());
        for (int row = first; row < end; row++) {
            Random random = new Random(seed * 1_000_003 + row);
            for (int column = 0; column < spec.hiddenSize(); column++) {
                long index = (long) (row - first) * spec.hiddenSize() + column;
                rows.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) (random.nextGaussian() * 0.05));
            }
        }
        return rows;
    }

    private Tensor floats(long... shape) {
        return Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(shape));
    }

    @Override
    public void close() {
        cache.close();
        arena.close();
    }
}
