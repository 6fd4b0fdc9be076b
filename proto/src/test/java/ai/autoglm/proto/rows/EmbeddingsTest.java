package ai.autoglm.proto.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 8", "256, 512", "257, 512", "1000, 513", "3, 131072", "300, 4096"})
    void rowsSurviveTheWire(int rowCount, int width) {
        Tensor sent = randomRows(rowCount, width);

        Embeddings embeddings = Embeddings.of(sent, ElementType.FLOAT32);

        assertThat(RowValues.of(embeddings.messages(), ElementType.FLOAT32))
                .isEqualTo(sent.data().toArray(ValueLayout.JAVA_FLOAT));
        assertThat(embeddings.bytes()).isEqualTo(sent.data().byteSize());
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, 4.9e-4", "BFLOAT16, 4e-3"})
    void halfTheBytesTravelInATypeOfSixteenBits(ElementType type, float relative) {
        Tensor sent = randomRows(300, 4096);

        Embeddings embeddings = Embeddings.of(sent, type);

        assertThat(embeddings.bytes()).isEqualTo(sent.data().byteSize() / 2);
        assertThat(embeddings.messages()).hasSize(5);
        float[] received = RowValues.of(embeddings.messages(), type);
        for (int index = 0; index < 4096; index++) {
            float value = FloatView.of(sent).at(index);
            assertThat(received[index]).isEqualTo(value, within(Math.abs(value) * relative + 1e-7f));
        }
    }

    @Test
    void refusesToSendWhatItsTypeCannotHold() {
        Tensor rows = randomRows(3, 4);
        FloatView.of(rows).set(5, 1e6f);

        assertThat(Embeddings.of(rows, ElementType.BFLOAT16).messages()).hasSize(1);
        assertThatThrownBy(() -> Embeddings.of(rows, ElementType.FLOAT16)).hasMessage("Embedding row 1 is not finite.");
    }

    @Test
    void messagesAreAsLargeAsTheyMayBe() {
        List<EmbeddingRows> messages =
                Embeddings.of(rows(300, 4096), ElementType.FLOAT32).messages();

        assertThat(messages.getFirst().getData().size()).isEqualTo(Embeddings.MAX_MESSAGE_BYTES);
        assertThat(messages).hasSize(10);
        assertThat(messages.getLast().getFirstRow()).isEqualTo(288);
        assertThat(messages.getLast().getRowCount()).isEqualTo(12);
    }

    @Test
    void refusesToSendWhatIsNotFinite() {
        Tensor rows = randomRows(3, 4);
        FloatView.of(rows).set(9, Float.NaN);

        assertThatThrownBy(() -> Embeddings.of(rows, ElementType.FLOAT32)).hasMessage("Embedding row 2 is not finite.");
    }

    private static Tensor rows(int rowCount, int width) {
        return Tensor.allocate(Arena.ofAuto(), ElementType.FLOAT32, Shape.of(rowCount, width));
    }

    private static Tensor randomRows(int rowCount, int width) {
        Tensor tensor = rows(rowCount, width);
        Random random = new Random(rowCount);
        for (long i = 0; i < tensor.shape().elementCount(); i++) {
            FloatView.of(tensor).set(i, (float) random.nextGaussian());
        }
        return tensor;
    }
}
