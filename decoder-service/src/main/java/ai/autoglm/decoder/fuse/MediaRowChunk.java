package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.engine.FloatView;

/// Consecutive embedding rows of a prompt's media.
///
/// @param firstOrdinal of the first row, counted over all media rows of the prompt
/// @param values [rowCount, hiddenSize], in the bundle's row type
public record MediaRowChunk(int firstOrdinal, int rowCount, FloatView values) {
    public MediaRowChunk {
        if (firstOrdinal < 0 || rowCount < 1 || values.size() % rowCount != 0) {
            throw new IllegalArgumentException(
                    rowCount + " rows from " + firstOrdinal + " in " + values.size() + " values");
        }
    }

    int endOrdinal() {
        return firstOrdinal + rowCount;
    }

    /// Memory that the rows take.
    public long bytes() {
        return values.data().byteSize();
    }

    /// The row with this ordinal.
    FloatView row(int ordinal) {
        long width = values.size() / rowCount;
        return values.slice((ordinal - firstOrdinal) * width, width);
    }
}
