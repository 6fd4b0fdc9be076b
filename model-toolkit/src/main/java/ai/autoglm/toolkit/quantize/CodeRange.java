package ai.autoglm.toolkit.quantize;

/// The integers that a quantised number may be, around zero.
public enum CodeRange {
    INT4(4, -8, 7),
    /// Two products of these with bytes of eight bits fit a sum of sixteen bits: 2 · 255 · 63 < 2^15.
    INT7(8, -63, 63),
    INT8(8, -127, 127);

    private final int bits;
    private final int min;
    private final int max;

    CodeRange(int bits, int min, int max) {
        this.bits = bits;
        this.min = min;
        this.max = max;
    }

    /// Bits that a code takes in memory.
    public int bits() {
        return bits;
    }

    int min() {
        return min;
    }

    int max() {
        return max;
    }
}
