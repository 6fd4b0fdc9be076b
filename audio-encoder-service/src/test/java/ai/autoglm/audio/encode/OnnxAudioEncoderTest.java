package ai.autoglm.audio.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.rows.RowValues;
import ai.autoglm.toolkit.audio.AudioWindows;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OnnxAudioEncoderTest {
    private static final int HIDDEN_SIZE = 2;
    private static final int MAX_TOKENS = 3;
    // One mel bin, and four frames a window.
    private static final AudioSpec SPEC = new AudioSpec(8_000, 2_000, 400, 1, 1, MAX_TOKENS);

    private final List<Float> windowsSeen = new ArrayList<>();

    @Test
    void joinsTheValidRowsOfEachWindow() {
        Embeddings rows =
                new OnnxAudioEncoder(new EchoSession(), SPEC, HIDDEN_SIZE, ElementType.FLOAT32).encode(windows(3, 1));

        assertThat(values(rows)).containsExactly(10, 10, 11, 11, 12, 12, 20, 20);
    }

    @Test
    void doesNotRunAWindowWithoutTokens() {
        Embeddings rows =
                new OnnxAudioEncoder(new EchoSession(), SPEC, HIDDEN_SIZE, ElementType.FLOAT32).encode(windows(2, 0));

        assertThat(values(rows)).containsExactly(10, 10, 11, 11);
        assertThat(windowsSeen).containsExactly(1f);
    }

    @Test
    void rowsThatAreNotFiniteAreAnError() {
        OnnxAudioEncoder encoder = new OnnxAudioEncoder(new EchoSession(), SPEC, HIDDEN_SIZE, ElementType.FLOAT32);
        AudioWindows spoilt = new AudioWindows(FloatBuffer.wrap(new float[] {Float.NaN, 0, 0, 0}), List.of(1));

        assertThatThrownBy(() -> encoder.encode(spoilt)).isInstanceOf(ServingException.class);
    }

    /// Row r of window w is 10 · w + r, where w is the window's first frame.
    private final class EchoSession implements ModelSession {
        @Override
        public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
            float window = Objects.requireNonNull(inputs.get("log_mel")).data().getAtIndex(ValueLayout.JAVA_FLOAT, 0);
            windowsSeen.add(window);
            Tensor rows = Objects.requireNonNull(outputs.get("audio_embeds"));
            for (int i = 0; i < MAX_TOKENS * HIDDEN_SIZE; i++) {
                int row = i / HIDDEN_SIZE;
                rows.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, 10 * window + row);
            }
        }

        @Override
        public void close() {}
    }

    /// Two windows whose first frames are 1 and 2.
    private static AudioWindows windows(int firstTokens, int secondTokens) {
        return new AudioWindows(
                FloatBuffer.wrap(new float[] {1, 0, 0, 0, 2, 0, 0, 0}), List.of(firstTokens, secondTokens));
    }

    private static float[] values(Embeddings rows) {
        return RowValues.of(rows.messages(), ElementType.FLOAT32);
    }
}
