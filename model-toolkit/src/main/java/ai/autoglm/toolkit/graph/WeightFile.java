package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.quantize.QuantizationError;
import ai.autoglm.toolkit.quantize.Quantizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Streams weights into a file, one after the other, in the form in which a graph reads them. Holds a panel of one
/// weight at a time, outside the heap.
public final class WeightFile implements AutoCloseable {
    /// Offsets are multiples of a page, so that an engine can map a tensor instead of reading it.
    static final int ALIGNMENT = 4096;

    private static final int BLOCK_ELEMENTS = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final WeightListener listener;
    private final Arena arena = Arena.ofShared();
    private final PanelWriter panels = new PanelWriter(arena);
    private final List<MatrixError> errors = new ArrayList<>();
    private final List<String> keptPlain = new ArrayList<>();

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

    /// Appends a weight in its stored order, as `type`.
    ///
    /// @throws ServingException with INVALID_CHECKPOINT when a value is not finite in that type
    public StoredWeight append(Weight weight, ElementType type) {
        long offset = align();
        long count = weight.elementCount();
        float[] values = new float[(int) Math.min(BLOCK_ELEMENTS, count)];
        try (Arena own = Arena.ofConfined()) {
            FloatView block = new FloatView(type, own.allocate((long) values.length * type.bytes()));
            for (long first = 0; first < count; first += values.length) {
                int length = (int) Math.min(values.length, count - first);
                weight.values().read(first, values, 0, length);
                WeightRange.require(weight.name(), values, length, type);
                block.write(0, values, 0, length);
                write(block.slice(0, length).data());
            }
        }
        listener.read(weight.storedBytes());
        return new StoredWeight(offset, count * type.bytes());
    }

    /// Appends a weight [out, in] as [in, out], as `type`.
    ///
    /// @throws ServingException with INVALID_CHECKPOINT when a value is not finite in that type
    StoredWeight appendTransposed(Weight weight, ElementType type) {
        return append(weight, new PlainTiles(type));
    }

    /// Appends a weight [out, in] as integers [in, out], then their scales.
    ///
    /// @param blockRows inputs that share a scale; divides `in`
    /// @throws ServingException with INVALID_CHECKPOINT when a value is not finite
    QuantizedWeight appendQuantized(Weight weight, Quantizer quantizer, int blockRows) {
        long outputs = weight.shape().get(0);
        long inputs = weight.shape().get(1);
        long scaleCount = inputs / blockRows * outputs;
        try (Arena own = Arena.ofShared()) {
            ElementType type = quantizer.scaleType();
            FloatView scales = new FloatView(type, own.allocate(scaleCount * type.bytes()));
            QuantizationError error = new QuantizationError();
            StoredWeight codes = append(weight, new QuantizedTiles(quantizer, blockRows, scales, error));
            long offset = align();
            write(scales.data());
            errors.add(new MatrixError(weight.name(), error.relative()));
            return new QuantizedWeight(
                    codes, new StoredWeight(offset, scales.data().byteSize()));
        }
    }

    void keptPlain(String weight) {
        keptPlain.add(weight);
    }

    /// What the quantised matrices lost, in the order in which they were appended.
    public List<MatrixError> errors() {
        return List.copyOf(errors);
    }

    /// Matrices that were to be quantised, but whose sizes do not fit.
    public List<String> keptPlain() {
        return List.copyOf(keptPlain);
    }

    private StoredWeight append(Weight weight, TileEncoder encoder) {
        long offset = align();
        long byteSize = encoder.byteSize(weight.elementCount());
        panels.write(weight, encoder, panel -> {
            write(panel);
            listener.read(weight.storedBytes() * panel.byteSize() / byteSize);
        });
        return new StoredWeight(offset, byteSize);
    }

    private long align() {
        try {
            long aligned = Math.ceilDiv(channel.position(), ALIGNMENT) * ALIGNMENT;
            channel.position(aligned);
            return aligned;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(MemorySegment bytes) {
        try {
            ByteBuffer buffer = bytes.asByteBuffer();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
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
