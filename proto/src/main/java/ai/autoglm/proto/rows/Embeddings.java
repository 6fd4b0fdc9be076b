package ai.autoglm.proto.rows;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The embedding rows of one medium in the form in which they travel: fp32 rows in order, cut into
/// messages of at most [#MAX_MESSAGE_BYTES] of row data. Immutable, so that it can be cached and sent any
/// number of times.
///
/// @param rowCount over all messages
/// @param width the decoder's hidden size
public record Embeddings(int rowCount, int width, List<EmbeddingRows> messages) {
    public static final int MAX_MESSAGE_BYTES = 512 * 1024;

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public Embeddings {
        messages = List.copyOf(messages);
    }

    /// Copies an engine's output.
    ///
    /// @param rows fp32 [rowCount, width]
    /// @throws ServingException INTERNAL when a value is not finite: such rows would spoil a whole batch
    public static Embeddings of(Tensor rows) {
        if (rows.type() != ElementType.FLOAT32 || rows.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    "Embedding rows are FLOAT32[rows, width], not " + rows.type() + rows.shape());
        }
        int rowCount = Math.toIntExact(rows.shape().extent(0));
        int width = Math.toIntExact(rows.shape().extent(1));
        int rowsPerMessage = MAX_MESSAGE_BYTES / (Float.BYTES * width);
        List<EmbeddingRows> messages = new ArrayList<>();
        for (int first = 0; first < rowCount; first += rowsPerMessage) {
            int count = Math.min(rowsPerMessage, rowCount - first);
            messages.add(message(rows.slice(first, count).data(), first, count, width));
        }
        return new Embeddings(rowCount, width, messages);
    }

    /// Memory that the rows take.
    public long bytes() {
        return (long) rowCount * width * Float.BYTES;
    }

    /// @throws ServingException INTERNAL unless every value is finite
    static void requireFinite(MemorySegment values, int firstRow, int width) {
        long count = values.byteSize() / Float.BYTES;
        for (long i = 0; i < count; i++) {
            if (!Float.isFinite(values.get(FLOAT, i * Float.BYTES))) {
                throw new ServingException(
                        ErrorCode.INTERNAL, "Embedding row " + (firstRow + i / width) + " is not finite.");
            }
        }
    }

    private static EmbeddingRows message(MemorySegment values, int firstRow, int rowCount, int width) {
        requireFinite(values, firstRow, width);
        return EmbeddingRows.newBuilder()
                .setRowType(RowType.ROW_TYPE_FLOAT32)
                .setFirstRow(firstRow)
                .setRowCount(rowCount)
                .setWidth(width)
                .setData(UnsafeByteOperations.unsafeWrap(values.toArray(ValueLayout.JAVA_BYTE)))
                .build();
    }
}
