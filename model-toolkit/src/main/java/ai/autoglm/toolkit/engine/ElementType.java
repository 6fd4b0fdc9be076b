package ai.autoglm.toolkit.engine;

/// Element types that cross the engine port.
public enum ElementType {
    BOOL(1),
    UINT8(1),
    FLOAT16(2),
    BFLOAT16(2),
    FLOAT32(4),
    INT32(4),
    INT64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /// Whether values are real numbers, which [FloatView] reads.
    public boolean isReal() {
        return this == FLOAT16 || this == BFLOAT16 || this == FLOAT32;
    }
}
