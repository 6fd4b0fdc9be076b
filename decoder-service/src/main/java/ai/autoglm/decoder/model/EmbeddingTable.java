package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
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
    private final FloatView rows; // [vocabulary, hiddenSize]
    private final int hiddenSize;

    private EmbeddingTable(Arena arena, FloatView rows, int hiddenSize) {
        this.arena = arena;
        this.rows = rows;
        this.hiddenSize = hiddenSize;
    }

    /// Maps a bundle's embedding table.
    ///
    /// @param type of its values: the bundle's row type
    /// @throws ServingException with [ErrorCode#INVALID_BUNDLE] when the file is missing or has another
    ///     size
    public static EmbeddingTable open(Path file, ElementType type, int vocabularySize, int hiddenSize) {
        long expected = (long) vocabularySize * hiddenSize * type.bytes();
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
            return new EmbeddingTable(arena, new FloatView(type, rows), hiddenSize);
        } catch (IOException e) {
            arena.close();
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, file + " cannot be read: compile the bundle again.", e);
        }
    }

    /// Copies a token's row to `target` fp32 [hiddenSize].
    public void copyRow(int tokenId, MemorySegment target) {
        rows.slice((long) tokenId * hiddenSize, hiddenSize).copyTo(new FloatView(ElementType.FLOAT32, target));
    }

    @Override
    public void close() {
        arena.close();
    }
}
