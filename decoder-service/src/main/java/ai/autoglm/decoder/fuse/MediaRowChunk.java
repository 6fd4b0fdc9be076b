package ai.autoglm.decoder.fuse;

import java.lang.foreign.MemorySegment;

/// Consecutive embedding rows of a prompt's media.
///
/// @param firstOrdinal of the first row, counted over all media rows of the prompt
/// @param data fp32 [rowCount, hiddenSize]
public record MediaRowChunk(int firstOrdinal, int rowCount, MemorySegment data) {
    public MediaRowChunk {
        if (firstOrdinal < 0 || rowCount < 1 || data.byteSize() % rowCount != 0) {
            throw new IllegalArgumentException(
                    rowCount + " rows from " + firstOrdinal + " in " + data.byteSize() + " bytes");
        }
    }

    int endOrdinal() {
        return firstOrdinal + rowCount;
    }

    /// The row with this ordinal.
    MemorySegment row(int ordinal) {
        long rowBytes = data.byteSize() / rowCount;
        return data.asSlice((ordinal - firstOrdinal) * rowBytes, rowBytes);
    }
}
