package ai.autoglm.decoder.grpc;

import ai.autoglm.toolkit.engine.ElementType;

/// How media rows reach this decoder.
///
/// @param type of each value
/// @param width the hidden size
record RowFormat(ElementType type, int width) {
    /// Bytes of a row.
    long rowBytes() {
        return (long) width * type.bytes();
    }
}
