package ai.autoglm.toolkit.position;

/// The patches of an image in the order of the vision tower: block by block, and row by row inside a block, so that
/// `mergeSize`² consecutive patches become one token. Source: MODEL_SPEC B.3.
///
/// @param rows patch rows, a multiple of the merge size
/// @param columns patch columns, a multiple of the merge size
/// @param mergeSize side of a block in patches
public record PatchGrid(int rows, int columns, int mergeSize) {
    public PatchGrid {
        if (mergeSize < 1 || rows < 1 || columns < 1 || rows % mergeSize != 0 || columns % mergeSize != 0) {
            throw new IllegalArgumentException(
                    "grid of %d×%d patches does not divide into blocks of %d".formatted(rows, columns, mergeSize));
        }
        Math.multiplyExact(rows, columns);
    }

    public int patchCount() {
        return rows * columns;
    }

    /// Prompt tokens of the image: each block becomes one.
    public int tokenCount() {
        return patchCount() / blockSize();
    }

    /// The row of the patch that stands at `index`.
    public int row(int index) {
        return block(index) / (columns / mergeSize) * mergeSize + index % blockSize() / mergeSize;
    }

    /// The column of the patch that stands at `index`.
    public int column(int index) {
        return block(index) % (columns / mergeSize) * mergeSize + index % mergeSize;
    }

    private int block(int index) {
        return index / blockSize();
    }

    private int blockSize() {
        return mergeSize * mergeSize;
    }
}
