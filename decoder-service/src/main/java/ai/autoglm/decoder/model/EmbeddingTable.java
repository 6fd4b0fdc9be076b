package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The token embeddings, memory-mapped: the table of a large model stays in the page cache.
public final class EmbeddingTable implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment rows; // fp32 [vocabulary, hiddenSize]
    private final long rowBytes;

    private EmbeddingTable(Arena arena, MemorySegment rows, long rowBytes) {
        this.arena = arena;
        this.rows = rows;
        this.rowBytes = rowBytes;
    }

    /// Maps a bundle's embedding table.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_BUNDLE] when the file is missing or has another
    ///     size
    public static EmbeddingTable open(Path file, int vocabularySize, int hiddenSize) {
        long rowBytes = (long) hiddenSize * Float.BYTES;
        long expected = vocabularySize * rowBytes;
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != expected) {
                arena.close();
                throw new ServingException(
                        ErrorCode.INVALID_BUNDLE,
                        file + " has " + channel.size() + " bytes, but " + vocabularySize + " tokens × " + hiddenSize
                                + " values take " + expected + ": compile the bundle again.");
            }
            MemorySegment rows = channel.map(FileChannel.MapMode.READ_ONLY, 0, expected, arena);
            return new EmbeddingTable(arena, rows, rowBytes);
        } catch (IOException e) {
            arena.close();
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, file + " cannot be read: compile the bundle again.", e);
        }
    }

    /// Copies a token's row to `target` [hiddenSize].
    public void copyRow(int tokenId, MemorySegment target) {
        MemorySegment.copy(rows, tokenId * rowBytes, target, 0, rowBytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
