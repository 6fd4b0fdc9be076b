package ai.autoglm.toolkit.image;

/// How an image is cut into patches: its size for the vision tower.
///
/// @param rows rows of patches, a multiple of the merge size
/// @param columns patches in a row, likewise
public record PatchGrid(int rows, int columns) {
    public PatchGrid {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("a grid of %d x %d patches".formatted(rows, columns));
        }
    }

    public int patchCount() {
        return rows * columns;
    }

    /// Prompt tokens of the image: `mergeSize` x `mergeSize` patches become one.
    public int tokenCount(int mergeSize) {
        return patchCount() / (mergeSize * mergeSize);
    }
}
