package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Graphs with the contract of decoder.onnx and fusion.onnx whose results are a hash of all that a row
/// may see: a row that is missing, doubled, stale, at a wrong position or from another sequence changes
/// the answer.
final class FakeGraphs {
    static final int VOCABULARY = 40;
    static final int HIDDEN = 2;
    static final DecoderSpec DECODER =
            new DecoderSpec(VOCABULARY, HIDDEN, 2, 1, 1, 2, 1024, new RotarySpec(10_000, 2, true, List.of()));
    static final FusionSpec FUSION = new FusionSpec(1, 2);

    private FakeGraphs() {}

    /// The embedding of a token.
    static float[] embedding(int tokenId) {
        return new float[] {tokenId, 100 + tokenId};
    }

    /// Mixes what one row of the KV cache holds into the hash of those before it.
    static long mix(long hash, float key0, float key1, float cosine) {
        long row = Float.floatToIntBits(key0) * 31L + Float.floatToIntBits(key1);
        long mixed = (hash ^ row * 0x9E3779B97F4A7C15L ^ Float.floatToIntBits(cosine)) * 0xBF58476D1CE4E5B9L;
        return mixed ^ (mixed >>> 29);
    }

    static float logit(long hash, int tokenId) {
        return (mix(hash, tokenId, 0, 0) >>> 40) / (float) (1 << 21);
    }

    private static float at(Tensor tensor, long index) {
        return tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void put(Tensor tensor, long index, float value) {
        tensor.data().setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }

    private static long integer(Tensor tensor, long index) {
        return tensor.data().getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    private static boolean flag(Tensor tensor, long index) {
        byte value = tensor.data().get(ValueLayout.JAVA_BYTE, index);
        assertThat(value).isBetween((byte) 0, (byte) 1);
        return value == 1;
    }

    private static Tensor get(Map<String, Tensor> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /// decoder.onnx.
    static final class Decoder implements ModelSession {
        private boolean failsNext;
        private boolean overflowsNext;

        /// Makes the next run fail after it has spoiled what it should have written.
        void failNext() {
            failsNext = true;
        }

        /// Makes the next run write and answer what is no number, and succeed.
        void overflowNext() {
            overflowsNext = true;
        }

        @Override
        public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
            Tensor embeddings = get(inputs, "inputs_embeds");
            int batch = (int) embeddings.shape().extent(0);
            int rows = (int) embeddings.shape().extent(1);
            for (int layer = 0; layer < DECODER.layerCount(); layer++) {
                assertThat(get(outputs, "k_cache_out_" + layer)).isSameAs(get(inputs, "k_cache_" + layer));
                assertThat(get(outputs, "v_cache_out_" + layer)).isSameAs(get(inputs, "v_cache_" + layer));
                for (int index = 0; index < batch; index++) {
                    write(inputs, layer, index, rows);
                }
            }
            if (failsNext) {
                failsNext = false;
                throw new EngineException("asked to fail", new IllegalStateException());
            }
            Tensor logits = get(outputs, "logits");
            if (overflowsNext) {
                overflowsNext = false;
                for (long index = 0; index < logits.shape().elementCount(); index++) {
                    put(logits, index, Float.NaN);
                }
                return;
            }
            Tensor wanted = get(inputs, "last_index");
            int wantedCount = (int) wanted.shape().extent(1);
            assertThat(logits.shape()).isEqualTo(Shape.of((long) batch * wantedCount, VOCABULARY));
            for (int index = 0; index < batch * wantedCount; index++) {
                long hash = hash(inputs, index / wantedCount, rows, integer(wanted, index));
                for (int id = 0; id < VOCABULARY; id++) {
                    put(logits, (long) index * VOCABULARY + id, logit(hash, id));
                }
            }
        }

        private void write(Map<String, Tensor> inputs, int layer, int index, int rows) {
            Tensor keys = get(inputs, "k_cache_" + layer);
            Tensor values = get(inputs, "v_cache_" + layer);
            long capacity = keys.shape().extent(2);
            long start = integer(get(inputs, "write_indices"), index);
            assertThat(start).isNotNegative().isLessThanOrEqualTo(capacity - rows);
            for (int row = 0; row < rows; row++) {
                long source = (long) index * rows + row;
                long target = index * capacity + start + row;
                for (int column = 0; column < HIDDEN; column++) {
                    float value = at(get(inputs, "inputs_embeds"), source * HIDDEN + column);
                    put(keys, target * HIDDEN + column, failsNext || overflowsNext ? Float.NaN : value + layer);
                }
                put(values, target * HIDDEN, at(get(inputs, "rope_cos"), source));
                put(values, target * HIDDEN + 1, at(get(inputs, "rope_sin"), source));
            }
        }

        /// Of all that row `last` of a batch element sees.
        private long hash(Map<String, Tensor> inputs, int index, int rows, long last) {
            Tensor mask = get(inputs, "attn_mask");
            long visibleLength = mask.shape().extent(3);
            long capacity = get(inputs, "k_cache_0").shape().extent(2);
            long hash = 0;
            boolean seesAny = false;
            for (long key = 0; key < visibleLength; key++) {
                long row = (index * capacity + key) * HIDDEN;
                float first = at(get(inputs, "k_cache_0"), row);
                // Attention multiplies what it does not show by zero, and 0 · NaN is NaN.
                assertThat(first).isFinite();
                if (flag(mask, (index * (long) rows + last) * visibleLength + key)) {
                    seesAny = true;
                    hash = mix(hash, first, at(get(inputs, "k_cache_0"), row + 1), at(get(inputs, "v_cache_0"), row));
                    if (capacity > 1 && row > 0) {
                        assertThat(at(get(inputs, "k_cache_1"), row)).isIn(first + 1, 0f);
                    }
                }
            }
            assertThat(seesAny).isTrue();
            return hash;
        }

        @Override
        public void close() {}
    }

    /// fusion.onnx: a fused row is itself plus all media rows that it sees.
    static final class Fusion implements ModelSession {
        @Override
        public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
            assertThat(get(outputs, "k_cache_out")).isSameAs(get(inputs, "k_cache"));
            Tensor embeddings = get(inputs, "inputs_embeds");
            Tensor keys = get(inputs, "k_cache");
            Tensor mediaIndex = get(inputs, "media_index");
            int rows = (int) embeddings.shape().extent(1);
            int mediaCount = (int) mediaIndex.shape().extent(0);
            long start = integer(get(inputs, "write_indices"), 0);
            assertThat(start).isNotNegative().isLessThanOrEqualTo(keys.shape().extent(2) - mediaCount);
            for (int media = 0; media < mediaCount; media++) {
                for (int column = 0; column < HIDDEN; column++) {
                    float value = at(embeddings, integer(mediaIndex, media) * HIDDEN + column);
                    put(keys, (start + media) * HIDDEN + column, value);
                }
            }
            for (int row = 0; row < rows; row++) {
                fuse(inputs, get(outputs, "fused_embeds"), row);
            }
        }

        private static void fuse(Map<String, Tensor> inputs, Tensor fused, int row) {
            Tensor mask = get(inputs, "attn_mask");
            long visibleLength = mask.shape().extent(3);
            boolean taken = flag(get(inputs, "fused"), row);
            boolean seesAny = false;
            for (int column = 0; column < HIDDEN; column++) {
                float sum = at(get(inputs, "inputs_embeds"), (long) row * HIDDEN + column);
                for (long key = 0; key < visibleLength; key++) {
                    if (flag(mask, row * visibleLength + key)) {
                        seesAny = true;
                        sum += taken ? at(get(inputs, "k_cache"), key * HIDDEN + column) : 0;
                    }
                }
                put(fused, (long) row * HIDDEN + column, sum);
            }
            assertThat(seesAny).isTrue();
        }

        @Override
        public void close() {}
    }
}
