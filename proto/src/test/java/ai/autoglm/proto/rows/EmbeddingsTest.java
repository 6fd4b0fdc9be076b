package ai.autoglm.proto.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingsTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 8", "256, 512", "257, 512", "1000, 513", "3, 131072", "300, 4096"})
    void rowsSurviveTheWire(int rowCount, int width) {
        Tensor sent = randomRows(rowCount, width);
        Tensor received = rows(rowCount, width);
        RowReader reader = new RowReader(received, ElementType.FLOAT32);

        Embeddings embeddings = Embeddings.of(sent, ElementType.FLOAT32);
        embeddings.messages().forEach(reader::accept);

        assertThat(reader.isComplete()).isTrue();
        assertThat(received.data().mismatch(sent.data())).isEqualTo(-1);
        assertThat(embeddings.bytes()).isEqualTo(sent.data().byteSize());
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, 4.9e-4", "BFLOAT16, 4e-3"})
    void halfTheBytesTravelInATypeOfSixteenBits(ElementType type, float relative) {
        Tensor sent = randomRows(300, 4096);
        Tensor received = rows(300, 4096);
        RowReader reader = new RowReader(received, type);

        Embeddings embeddings = Embeddings.of(sent, type);
        embeddings.messages().forEach(reader::accept);

        assertThat(embeddings.bytes()).isEqualTo(sent.data().byteSize() / 2);
        assertThat(embeddings.messages()).hasSize(5);
        for (long index = 0; index < 4096; index++) {
            float value = FloatView.of(sent).at(index);
            assertThat(FloatView.of(received).at(index)).isEqualTo(value, within(Math.abs(value) * relative + 1e-7f));
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

    @Test
    void countsOnlyWhatHasArrived() {
        RowReader reader = new RowReader(rows(257, 512), ElementType.FLOAT32);

        reader.accept(
                Embeddings.of(rows(257, 512), ElementType.FLOAT32).messages().getFirst());

        assertThat(reader.receivedCount()).isEqualTo(256);
        assertThat(reader.isComplete()).isFalse();
    }

    @Test
    void refusesRowsThatDoNotFit() {
        assertRefused(message -> message.setRowType(RowType.ROW_TYPE_FLOAT16), "FLOAT32");
        assertRefused(message -> message.setWidth(5), "a row has 4 values, not 5");
        assertRefused(message -> message.setFirstRow(1), "row 0 comes next, not 1");
        assertRefused(message -> message.setFirstRow(-1), "row 0 comes next, not 4294967295");
        assertRefused(message -> message.setRowCount(4), "3 rows are missing, not 4");
        assertRefused(message -> message.setRowCount(0), "3 rows are missing, not 0");
        assertRefused(message -> message.setRowCount(-1), "3 rows are missing, not 4294967295");
        assertRefused(message -> message.setData(message.getData().substring(1)), "3 rows take 48 bytes, not 47");
    }

    @Test
    void refusesToReceiveWhatIsNotFinite() {
        Tensor infinite = randomRows(3, 4);
        EmbeddingRows sound =
                Embeddings.of(infinite, ElementType.FLOAT32).messages().getFirst();
        FloatView.of(infinite).set(4, Float.POSITIVE_INFINITY);
        EmbeddingRows spoilt = sound.toBuilder()
                .setData(ByteString.copyFrom(infinite.data().asByteBuffer()))
                .build();

        assertThatThrownBy(() -> new RowReader(rows(3, 4), ElementType.FLOAT32).accept(spoilt))
                .hasMessage("Embedding row 1 is not finite.");
    }

    private static void assertRefused(UnaryOperator<EmbeddingRows.Builder> change, String rule) {
        EmbeddingRows.Builder sound =
                Embeddings.of(randomRows(3, 4), ElementType.FLOAT32).messages().getFirst().toBuilder();
        RowReader reader = new RowReader(rows(3, 4), ElementType.FLOAT32);

        assertThatThrownBy(() -> reader.accept(change.apply(sound).build()))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        error -> assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL))
                .hasMessageContaining(rule);
        assertThat(reader.receivedCount()).isZero();
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
