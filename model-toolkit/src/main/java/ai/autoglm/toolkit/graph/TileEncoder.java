package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.engine.ElementType;
import java.lang.foreign.MemorySegment;

/// Writes the elements of a matrix in the form in which a bundle stores them. Called by several threads, each with
/// another tile.
interface TileEncoder {
    /// The type of real numbers that bounds what can be stored.
    ElementType type();

    /// Bytes of so many elements of whole rows.
    long byteSize(long elementCount);

    /// Panels have a multiple of this many rows, but for the last one.
    int rowMultiple();

    /// Writes a tile to its place in the panel.
    void encode(Tile tile, MemorySegment panel);
}
