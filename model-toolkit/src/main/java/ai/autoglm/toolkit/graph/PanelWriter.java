package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.checkpoint.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Turns a weight [out, in] into the matrix [in, out] that products take: panel by panel of rows through one buffer, so
/// that any weight needs little memory; the columns of a panel in tiles, side by side on all cores.
final class PanelWriter {
    private static final int TILE_COLUMNS = 64;
    private static final int MAX_PANEL_ROWS = 4096;
    private static final long BUFFER_BYTES = 64L << 20;

    private final Arena arena;
    private MemorySegment buffer;

    /// @param arena of the buffer; shared, since several threads write to it
    PanelWriter(Arena arena) {
        this.arena = arena;
        this.buffer = arena.allocate(BUFFER_BYTES);
    }

    /// Hands the matrix over in order; each panel is valid until the next one.
    void write(Weight weight, TileEncoder encoder, Consumer<MemorySegment> sink) {
        int width = Math.toIntExact(weight.shape().get(0));
        int height = Math.toIntExact(weight.shape().get(1));
        int panelRows = panelRows(width, encoder);
        for (int firstRow = 0; firstRow < height; firstRow += panelRows) {
            int first = firstRow;
            int rowCount = Math.min(panelRows, height - firstRow);
            MemorySegment panel = buffer.asSlice(0, encoder.byteSize((long) rowCount * width));
            IntStream.range(0, Math.ceilDiv(width, TILE_COLUMNS))
                    .parallel()
                    .mapToObj(index -> read(weight, first, rowCount, index * TILE_COLUMNS))
                    .forEach(tile -> {
                        WeightRange.require(weight.name(), tile.values(), tile.values().length, encoder.type());
                        encoder.encode(tile, panel);
                    });
            sink.accept(panel);
        }
    }

    private int panelRows(int width, TileEncoder encoder) {
        int multiple = encoder.rowMultiple();
        long multipleBytes = encoder.byteSize((long) multiple * width);
        if (multipleBytes > buffer.byteSize()) {
            buffer = arena.allocate(multipleBytes);
        }
        long multiples = Math.min(buffer.byteSize() / multipleBytes, Math.max(1, MAX_PANEL_ROWS / multiple));
        return Math.toIntExact(multiples * multiple);
    }

    private static Tile read(Weight weight, int firstRow, int rowCount, int firstColumn) {
        int width = Math.toIntExact(weight.shape().get(0));
        long height = weight.shape().get(1);
        int columnCount = Math.min(TILE_COLUMNS, width - firstColumn);
        Tile tile = new Tile(firstRow, rowCount, firstColumn, columnCount, width);
        for (int column = 0; column < columnCount; column++) {
            long first = (firstColumn + column) * height + firstRow;
            weight.values().read(first, tile.values(), tile.offset(column), rowCount);
        }
        return tile;
    }
}
