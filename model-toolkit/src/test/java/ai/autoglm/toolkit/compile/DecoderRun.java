package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.RotaryTable;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;

/// The smallest driver of decoder.onnx: one sequence, chunk after chunk.
final class DecoderRun implements AutoCloseable {
    private static final int CAPACITY = 128;

    private final Arena arena = Arena.ofShared();
    private final ModelSession session;
    private final DecoderSpec spec;
    private final Map<String, Tensor> inputs = new HashMap<>();
    private final Map<String, Tensor> outputs = new HashMap<>();
    private int length;

    DecoderRun(Bundle bundle, ModelSession session) {
        this(bundle, session, ElementType.FLOAT32);
    }

    DecoderRun(Bundle bundle, ModelSession session, ElementType kvType) {
        this.session = session;
        this.spec = bundle.manifest().decoder();
        for (int layer = 0; layer < spec.layerCount(); layer++) {
            for (String name : new String[] {"k_cache", "v_cache"}) {
                Shape shape = Shape.of(1, spec.kvHeadCount(), CAPACITY, spec.headDimension());
                Tensor cache = Tensor.allocate(arena, kvType, shape);
                inputs.put(name + "_" + layer, cache);
                outputs.put(name + "_out_" + layer, cache);
            }
        }
    }

    /// Feeds rows [S,H] with positions [3][S] and returns the logits after the last of them.
    float[] feed(float[] embeddings, int[][] positions) {
        return feed(embeddings, positions, 1);
    }

    /// As [#feed], but returns the logits after each of the last rows.
    float[] feed(float[] embeddings, int[][] positions, int logitsRows) {
        int rows = positions[0].length;
        int half = spec.rotary().rotaryDimension() / 2;
        Tensor cos = floats(1, rows, half);
        Tensor sin = floats(1, rows, half);
        rotate(positions, cos.floats(), sin.floats());
        Tensor embeds = floats(1, rows, spec.hiddenSize());
        embeds.floats().put(embeddings);
        int active = length + rows;
        Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(1, 1, rows, active));
        for (int row = 0; row < rows; row++) {
            mask.data().asSlice((long) row * active, length + row + 1L).fill((byte) 1);
        }
        inputs.put("inputs_embeds", embeds);
        inputs.put("rope_cos", cos);
        inputs.put("rope_sin", sin);
        inputs.put("attn_mask", mask);
        inputs.put("write_indices", integer(length));
        Tensor wanted = Tensor.allocate(arena, ElementType.INT64, Shape.of(1, logitsRows));
        for (int index = 0; index < logitsRows; index++) {
            wanted.data().setAtIndex(ValueLayout.JAVA_LONG, index, rows - logitsRows + index);
        }
        inputs.put("last_index", wanted);
        Tensor logits = floats(logitsRows, spec.vocabularySize());
        outputs.put("logits", logits);
        session.run(inputs, outputs);
        length = active;
        return logits.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    private void rotate(int[][] positions, FloatBuffer cos, FloatBuffer sin) {
        var rotary = spec.rotary();
        int half = rotary.rotaryDimension() / 2;
        RotaryTable table = RotaryTable.text(rotary.rotaryDimension(), rotary.theta());
        for (int row = 0; row < positions[0].length; row++) {
            float[][] cosines = new float[3][half];
            float[][] sines = new float[3][half];
            for (int axis = 0; axis < 3; axis++) {
                table.write(positions[axis][row], FloatBuffer.wrap(cosines[axis]), FloatBuffer.wrap(sines[axis]));
            }
            int frequency = 0;
            for (int axis = 0; axis < rotary.sections().size(); axis++) {
                for (int end = frequency + rotary.sections().get(axis); frequency < end; frequency++) {
                    cos.put(cosines[axis][frequency]);
                    sin.put(sines[axis][frequency]);
                }
            }
            for (; frequency < half; frequency++) {
                cos.put(cosines[0][frequency]);
                sin.put(sines[0][frequency]);
            }
        }
    }

    private Tensor floats(long... shape) {
        return Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(shape));
    }

    private Tensor integer(long value) {
        Tensor tensor = Tensor.allocate(arena, ElementType.INT64, Shape.of(1));
        tensor.data().set(ValueLayout.JAVA_LONG, 0, value);
        return tensor;
    }

    @Override
    public void close() {
        arena.close();
    }
}
