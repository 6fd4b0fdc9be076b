package ai.autoglm.toolkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"F32, 0000c03f", "F16, 003e", "BF16, c03f"})
    void readsOneAndAHalfInEveryTypeOfWeights(String type, String bytes) throws IOException {
        byte[] data = HexFormat.of().parseHex(bytes);
        file("{\"a\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,%d]}}".formatted(type, data.length), data);
        Files.writeString(directory.resolve("config.json"), "{}");

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Weight weight = Weights.below(checkpoint, "a", "").require("a", 1);

            assertThat(weight.values().at(0)).isEqualTo(1.5f);
        }
    }

    @Test
    void readsATensorBeyondTwoGigabytes() throws IOException {
        long begin = 2_200_000_000L;
        Path file = file(
                "{\"pad\":{\"dtype\":\"U8\",\"shape\":[%1$d],\"data_offsets\":[0,%1$d]},\"far\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%1$d,%2$d]}}"
                        .formatted(begin, begin + 4),
                new byte[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // A sparse file: only its end takes space.
            ByteBuffer value =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 42f);
            channel.write(value, Files.size(file) + begin);
        }

        StoredTensor tensor = Objects.requireNonNull(map(file).get("far"));

        assertThat(new FloatView(ElementType.FLOAT32, tensor.data()).at(0)).isEqualTo(42f);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "not json"
            })
    void namesTheFileThatIsDamaged(String header) throws IOException {
        Path file = file(header, new byte[4]);

        assertThatThrownBy(() -> map(file))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("model.safetensors is damaged");
    }

    @Test
    void refusesAHeaderLongerThanTheFile() throws IOException {
        Path file = directory.resolve("model.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, 1L << 60)
                        .array());

        assertThatThrownBy(() -> map(file)).hasMessageContaining("claims");
    }

    private Map<String, StoredTensor> map(Path file) {
        return SafetensorsFile.map(file, Arena.ofAuto());
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text).put(data);
        return Files.write(directory.resolve("model.safetensors"), bytes.array());
    }
}
