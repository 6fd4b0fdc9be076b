package ai.autoglm.proto.rows;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.lang.foreign.MemorySegment;

/// Puts the embedding rows of one medium together again, message by message. Rows below [#receivedCount]
/// are final and may be used while later ones are still under way.
public final class RowReader {
    private final Tensor target;
    private final ElementType type;
    private final int rowCount;
    private final int width;
    private int receivedCount;

    /// @param target fp32 [rowCount, width] to fill
    /// @param type in which rows travel
    public RowReader(Tensor target, ElementType type) {
        if (target.type() != ElementType.FLOAT32 || target.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    "Rows are read as FLOAT32[rows, width], not " + target.type() + target.shape());
        }
        this.target = target;
        this.type = type;
        this.rowCount = Math.toIntExact(target.shape().extent(0));
        this.width = Math.toIntExact(target.shape().extent(1));
    }

    /// Checks the next rows and copies them to the target.
    ///
    /// @throws ServingException INTERNAL when they are of another type or width, not the next in order,
    ///     more than expected, cut short, or not finite; the target's earlier rows stay as they are
    public void accept(EmbeddingRows rows) {
        require(rows.getRowType() == RowTypes.of(type), "rows are " + type + " here, not " + rows.getRowType());
        require(rows.getWidth() == width, "a row has " + width + " values, not " + rows.getWidth());
        require(
                rows.getFirstRow() == receivedCount,
                "row " + receivedCount + " comes next, not " + Integer.toUnsignedString(rows.getFirstRow()));
        int count = rows.getRowCount();
        require(
                count > 0 && count <= rowCount - receivedCount,
                (rowCount - receivedCount) + " rows are missing, not " + Integer.toUnsignedString(count));
        long bytes = (long) count * width * type.bytes();
        require(
                rows.getData().size() == bytes,
                count + " rows take " + bytes + " bytes, not " + rows.getData().size());
        FloatView values =
                new FloatView(type, MemorySegment.ofBuffer(rows.getData().asReadOnlyByteBuffer()));
        Embeddings.requireFinite(values, receivedCount, width);
        values.copyTo(FloatView.of(target.slice(receivedCount, count)));
        receivedCount += count;
    }

    public int receivedCount() {
        return receivedCount;
    }

    public boolean isComplete() {
        return receivedCount == rowCount;
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new ServingException(ErrorCode.INTERNAL, "Embedding rows do not fit: " + rule + ".");
        }
    }
}
