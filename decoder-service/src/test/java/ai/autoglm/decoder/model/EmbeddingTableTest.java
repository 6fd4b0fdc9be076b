package ai.autoglm.decoder.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingTableTest {
    @TempDir
    private Path directory;

    @Test
    void readsRowsBeyondTwoGigabytes() throws IOException {
        int vocabulary = 600_000;
        int hidden = 1024;
        Path file = directory.resolve("sparse.bin");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(4)
                    .order(ByteOrder.nativeOrder())
                    .putFloat(42f)
                    .flip();
            channel.write(last, (long) vocabulary * hidden * 4 - 4);
        }
        float[] row = new float[hidden];
        try (EmbeddingTable table = EmbeddingTable.open(file, ElementType.FLOAT32, vocabulary, hidden)) {
            table.copyRow(vocabulary - 1, MemorySegment.ofArray(row));
        }
        assertThat(row[hidden - 1]).isEqualTo(42f);
        assertThat(row[0]).isZero();
    }

    @Test
    void refusesAFileOfAnotherSize() throws IOException {
        Path file = Files.write(directory.resolve("short.bin"), new byte[12]);
        assertThatThrownBy(() -> EmbeddingTable.open(file, ElementType.FLOAT32, 2, 2))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_BUNDLE))
                .hasMessageContaining("has 12 bytes, but 2 tokens × 2 values take 16");
    }

    @Test
    void refusesAMissingFile() {
        assertThatThrownBy(() -> EmbeddingTable.open(directory.resolve("none.bin"), ElementType.FLOAT32, 2, 2))
                .hasMessageContaining("cannot be read: compile the bundle again.");
    }
}
