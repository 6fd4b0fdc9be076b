package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.checkpoint.WeightType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Streams weights into a file as fp32, one after the other, through one buffer outside the heap.
public final class WeightFile implements AutoCloseable {
    /// Offsets are multiples of a page, so that an engine can map a tensor instead of reading it.
    static final int ALIGNMENT = 4096;

    private static final int BUFFER_BYTES = 64 << 20;

    private final Path path;
    private final FileChannel channel;
    private final WeightListener listener;
    private final Arena arena = Arena.ofConfined();
    private final ByteBuffer buffer =
            arena.allocate(BUFFER_BYTES).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);

    /// Creates or replaces the file.
    public WeightFile(Path path, WeightListener listener) throws IOException {
        this.path = path;
        this.listener = listener;
        this.channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /// File name as graphs refer to it: relative to the graph's own directory.
    String name() {
        return path.getFileName().toString();
    }

    /// Appends a weight in its stored order.
    ///
    /// @return offset of its first byte
    public long append(Weight weight) {
        long offset = align();
        MemorySegment data = weight.data();
        WeightType type = weight.type();
        long count = weight.elementCount();
        for (long index = 0; index < count; index++) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.putFloat(type.read(data, index));
        }
        flush();
        listener.read(data.byteSize());
        return offset;
    }

    /// Appends a [rows, columns] weight as [columns, rows]. Reads blocks of columns that fit the buffer, so that each
    /// cache line of the source serves several output rows.
    long appendTransposed(Weight weight) {
        long offset = align();
        long rows = weight.shape().get(0);
        long columns = weight.shape().get(1);
        long block = Math.max(1, Math.min(columns, BUFFER_BYTES / (rows * Float.BYTES)));
        if (rows * Float.BYTES > BUFFER_BYTES) {
            throw new IllegalArgumentException(weight.name() + " has too many rows to transpose: " + rows);
        }
        for (long first = 0; first < columns; first += block) {
            transposeBlock(weight, first, Math.min(block, columns - first));
        }
        listener.read(weight.data().byteSize());
        return offset;
    }

    private void transposeBlock(Weight weight, long first, long width) {
        MemorySegment data = weight.data();
        WeightType type = weight.type();
        int rows = Math.toIntExact(weight.shape().get(0));
        long columns = weight.shape().get(1);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                buffer.putFloat((column * rows + row) * Float.BYTES, type.read(data, row * columns + first + column));
            }
        }
        buffer.position(Math.toIntExact(width * rows * Float.BYTES));
        flush();
    }

    private long align() {
        try {
            long position = channel.position();
            long aligned = (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            channel.position(aligned);
            return aligned;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void flush() {
        try {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (arena) {
            channel.close();
        }
    }
}
