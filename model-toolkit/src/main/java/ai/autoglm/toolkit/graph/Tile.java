package ai.autoglm.toolkit.graph;

/// Some columns of a panel, where a panel is some whole rows of a matrix.
final class Tile {
    private final float[] values; // [column, row]
    private final int firstRow;
    private final int rowCount;
    private final int firstColumn;
    private final int columnCount;
    private final int width;

    /// @param firstRow of the panel in the matrix
    /// @param firstColumn of the tile
    /// @param width columns of the matrix
    Tile(int firstRow, int rowCount, int firstColumn, int columnCount, int width) {
        this.values = new float[columnCount * rowCount];
        this.firstRow = firstRow;
        this.rowCount = rowCount;
        this.firstColumn = firstColumn;
        this.columnCount = columnCount;
        this.width = width;
    }

    /// [column, row] of this tile.
    float[] values() {
        return values;
    }

    int firstRow() {
        return firstRow;
    }

    int rowCount() {
        return rowCount;
    }

    int firstColumn() {
        return firstColumn;
    }

    int columnCount() {
        return columnCount;
    }

    int width() {
        return width;
    }

    /// Where a column of the tile begins in [#values()].
    int offset(int column) {
        return column * rowCount;
    }

    /// Index of an element in the panel.
    long panelIndex(int row, int column) {
        return (long) row * width + firstColumn + column;
    }
}
