package ai.autoglm.tensorrt.runtime;

/// The few sizes that decode runs come in, so that each is captured once.
final class BatchSizes {
    private static final int FIRST_KEY_COUNT = 256;

    private BatchSizes() {}

    /// The next power of two, or all slots where those are fewer.
    static int batch(int sequenceCount, int slotCount) {
        int power = Integer.highestOneBit(sequenceCount);
        return Math.min(power == sequenceCount ? power : power << 1, slotCount);
    }

    /// The next 256 · 2^k, or all rows where those are fewer.
    static int keys(int rowCount, int slotRows) {
        long keys = FIRST_KEY_COUNT;
        while (keys < rowCount) {
            keys <<= 1;
        }
        return (int) Math.min(keys, slotRows);
    }
}
