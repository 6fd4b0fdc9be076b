package ai.autoglm.proto.rows;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The embedding rows of one medium in the form in which they travel: in the bundle's row type and in order, cut into
/// messages of at most [#MAX_MESSAGE_BYTES] of row data. Immutable, so that it can be cached and sent any
/// number of times.
///
/// @param rowCount over all messages
/// @param width the decoder's hidden size
/// @param type of each value
public record Embeddings(int rowCount, int width, ElementType type, List<EmbeddingRows> messages) {
    public static final int MAX_MESSAGE_BYTES = 512 * 1024;

    public Embeddings {
        messages = List.copyOf(messages);
    }

    /// Copies an engine's output.
    ///
    /// @param rows [rowCount, width], of any real type
    /// @param type in which they travel
    /// @throws ServingException INTERNAL when a value is not finite in that type: such rows would spoil
    ///     a whole batch
    public static Embeddings of(Tensor rows, ElementType type) {
        if (!rows.type().isReal() || rows.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    "Embedding rows are real numbers [rows, width], not " + rows.type() + rows.shape());
        }
        int rowCount = Math.toIntExact(rows.shape().extent(0));
        int width = Math.toIntExact(rows.shape().extent(1));
        int rowsPerMessage = MAX_MESSAGE_BYTES / (type.bytes() * width);
        List<EmbeddingRows> messages = new ArrayList<>();
        for (int first = 0; first < rowCount; first += rowsPerMessage) {
            int count = Math.min(rowsPerMessage, rowCount - first);
            messages.add(message(FloatView.of(rows.slice(first, count)), type, first, count, width));
        }
        return new Embeddings(rowCount, width, type, messages);
    }

    /// Memory that the rows take.
    public long bytes() {
        return (long) rowCount * width * type.bytes();
    }

    /// Copies all values to a view of as many, in that one's type.
    public void copyTo(FloatView target) {
        long copied = 0;
        for (EmbeddingRows message : messages) {
            FloatView values =
                    new FloatView(type, MemorySegment.ofBuffer(message.getData().asReadOnlyByteBuffer()));
            values.copyTo(target.slice(copied, values.size()));
            copied += values.size();
        }
    }

    private static void requireFinite(FloatView values, int firstRow, int width) {
        values.firstNotFinite().ifPresent(index -> {
            throw new ServingException(
                    ErrorCode.INTERNAL, "Embedding row " + (firstRow + index / width) + " is not finite.");
        });
    }

    private static EmbeddingRows message(FloatView rows, ElementType type, int firstRow, int rowCount, int width) {
        byte[] bytes = new byte[Math.toIntExact(rows.size() * type.bytes())];
        FloatView values = new FloatView(type, MemorySegment.ofArray(bytes));
        rows.copyTo(values);
        requireFinite(values, firstRow, width);
        return EmbeddingRows.newBuilder()
                .setRowType(RowTypes.of(type))
                .setFirstRow(firstRow)
                .setRowCount(rowCount)
                .setWidth(width)
                .setData(UnsafeByteOperations.unsafeWrap(bytes))
                .build();
    }
}
