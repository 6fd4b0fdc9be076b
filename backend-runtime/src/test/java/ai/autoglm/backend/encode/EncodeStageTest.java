package ai.autoglm.backend.encode;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodeStageTest {
    private static final int ROW_BYTES = 4 * Float.BYTES;

    private final List<Integer> encodedRowCounts = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void keepsWhatWasComputed() {
        try (EncodeStage<Integer, String> stage = stage(100 * ROW_BYTES)) {
            EncodedMedia<String> computed = stage.submit(key("a"), 3).await().media();

            assertThat(stage.find(key("a"))).containsSame(computed);
            assertThat(stage.submit(key("a"), 3).await()).isEqualTo(new TowerRun<>(computed, Duration.ZERO));
            assertThat(stage.find(key("b"))).isEmpty();
        }
        assertThat(encodedRowCounts).containsExactly(3);
        assertThat(registry.get("autoglm_encode_seconds").timer().count()).isEqualTo(1);
        assertThat(registry.get("autoglm_encoder_queue_time_seconds").timer().count())
                .isEqualTo(2);
    }

    @Test
    void keepsNoMoreThanItsLimit() {
        try (EncodeStage<Integer, String> stage = stage(5 * ROW_BYTES)) {
            for (int i = 0; i < 50; i++) {
                stage.submit(key("medium " + i), 2).await();
            }
            long kept = IntStream.range(0, 50)
                    .filter(i -> stage.find(key("medium " + i)).isPresent())
                    .count();
            assertThat(kept).isEqualTo(2);
        }
    }

    @Test
    void aLimitOfZeroKeepsNothing() {
        try (EncodeStage<Integer, String> stage = stage(0)) {
            stage.submit(key("a"), 1).await();
            stage.submit(key("a"), 1).await();
        }
        assertThat(encodedRowCounts).containsExactly(1, 1);
    }

    private EncodeStage<Integer, String> stage(long cacheBytes) {
        return new EncodeStage<>(
                "test encoder", 4, cacheBytes, this::encode, new EncodeMetrics(registry, "test-encoder", "phone"));
    }

    private EncodedMedia<String> encode(int rowCount) {
        encodedRowCounts.add(rowCount);
        return new EncodedMedia<>(
                new Acceptance<>(rowCount, "accepted"),
                Embeddings.of(
                        Tensor.allocate(Arena.ofAuto(), ElementType.FLOAT32, Shape.of(rowCount, 4)),
                        ElementType.FLOAT32));
    }

    private static ByteString key(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
