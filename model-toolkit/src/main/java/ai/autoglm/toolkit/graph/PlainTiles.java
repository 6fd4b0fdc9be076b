package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import java.lang.foreign.MemorySegment;

/// Elements as real numbers of one type.
record PlainTiles(ElementType type) implements TileEncoder {
    @Override
    public long byteSize(long elementCount) {
        return elementCount * type.bytes();
    }

    @Override
    public int rowMultiple() {
        return 1;
    }

    @Override
    public void encode(Tile tile, MemorySegment panel) {
        FloatView target = new FloatView(type, panel);
        float[] row = new float[tile.columnCount()];
        for (int index = 0; index < tile.rowCount(); index++) {
            for (int column = 0; column < row.length; column++) {
                row[column] = tile.values()[tile.offset(column) + index];
            }
            target.write(tile.panelIndex(index, 0), row, 0, row.length);
        }
    }
}
