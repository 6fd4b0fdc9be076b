package ai.autoglm.proto.rows;

import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import java.util.List;

/// Embedding rows as a test looks at them.
public final class RowValues {
    private RowValues() {}

    /// The values of all messages of a medium, in fp32.
    ///
    /// @param type in which the rows travel
    /// @throws AssertionError when a message is not the next
    public static float[] of(List<EmbeddingRows> messages, ElementType type) {
        int width = messages.getFirst().getWidth();
        int rowCount = 0;
        for (EmbeddingRows rows : messages) {
            if (rows.getRowType() != RowTypes.of(type) || rows.getWidth() != width || rows.getFirstRow() != rowCount) {
                throw new AssertionError("behind " + rowCount + " rows come " + rows.getRowType() + " of width "
                        + rows.getWidth() + " from row " + rows.getFirstRow() + " on");
            }
            rowCount += rows.getRowCount();
        }
        float[] values = new float[rowCount * width];
        new Embeddings(rowCount, width, type, messages).copyTo(FloatView.of(values));
        return values;
    }
}
