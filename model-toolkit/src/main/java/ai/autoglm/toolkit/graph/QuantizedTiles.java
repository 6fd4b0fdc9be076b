package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.quantize.QuantizationError;
import ai.autoglm.toolkit.quantize.Quantizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Elements as integers, with a scale for each block of rows of a column. Four-bit integers go two to a byte, the first
/// in the lower half. Source: ONNX, "4-bit integers".
///
/// @param blockRows rows of a block
/// @param scales [blocks, width], filled as tiles are encoded
record QuantizedTiles(Quantizer quantizer, int blockRows, FloatView scales, QuantizationError error)
        implements TileEncoder {
    @Override
    public ElementType type() {
        return quantizer.scaleType();
    }

    @Override
    public long byteSize(long elementCount) {
        return elementCount * quantizer.range().bits() / Byte.SIZE;
    }

    @Override
    public int rowMultiple() {
        return blockRows;
    }

    @Override
    public void encode(Tile tile, MemorySegment panel) {
        byte[] codes = new byte[tile.values().length];
        for (int column = 0; column < tile.columnCount(); column++) {
            for (int row = 0; row < tile.rowCount(); row += blockRows) {
                int offset = tile.offset(column) + row;
                float scale = quantizer.quantize(tile.values(), offset, blockRows, codes);
                error.add(tile.values(), offset, blockRows, codes, scale);
                int block = (tile.firstRow() + row) / blockRows;
                scales.set((long) block * tile.width() + tile.firstColumn() + column, scale);
            }
        }
        if (quantizer.range().bits() == Byte.SIZE) {
            writeBytes(tile, codes, panel);
        } else {
            writePairs(tile, codes, panel);
        }
    }

    private static void writeBytes(Tile tile, byte[] codes, MemorySegment panel) {
        for (int row = 0; row < tile.rowCount(); row++) {
            for (int column = 0; column < tile.columnCount(); column++) {
                panel.set(ValueLayout.JAVA_BYTE, tile.panelIndex(row, column), codes[tile.offset(column) + row]);
            }
        }
    }

    private static void writePairs(Tile tile, byte[] codes, MemorySegment panel) {
        for (int row = 0; row < tile.rowCount(); row++) {
            for (int column = 0; column < tile.columnCount(); column += 2) {
                int low = codes[tile.offset(column) + row] & 0x0f;
                int high = codes[tile.offset(column + 1) + row] << 4;
                panel.set(ValueLayout.JAVA_BYTE, tile.panelIndex(row, column) / 2, (byte) (low | high));
            }
        }
    }
}
