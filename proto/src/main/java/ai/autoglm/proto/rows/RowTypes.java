package ai.autoglm.proto.rows;

import ai.autoglm.proto.v1.RowType;
import ai.autoglm.toolkit.engine.ElementType;

/// Element types of embedding rows as the contract names them.
public final class RowTypes {
    private RowTypes() {}

    /// @throws IllegalArgumentException for a type that rows never have
    public static RowType of(ElementType type) {
        return switch (type) {
            case FLOAT32 -> RowType.ROW_TYPE_FLOAT32;
            case FLOAT16 -> RowType.ROW_TYPE_FLOAT16;
            case BFLOAT16 -> RowType.ROW_TYPE_BFLOAT16;
            case BOOL, UINT8, INT32, INT64 -> throw new IllegalArgumentException("Rows are never " + type);
        };
    }
}
