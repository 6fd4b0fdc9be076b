package ai.autoglm.decoder.sampling;

/// Random numbers that are a function of seed and position alone, so that a generation resumed on another
/// machine draws what it would have drawn here. Source: SplitMix64 (Steele, Lea, Flood 2014), jumped to
/// the position.
final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private CounterRandom() {}

    /// A number in [0, 1) for the token with this index.
    static double uniform(long seed, int tokenIndex) {
        // Mixed twice: neighbouring seeds must not give shifted copies of one stream.
        long bits = mix(mix(seed + GOLDEN_GAMMA) + GOLDEN_GAMMA * (tokenIndex + 1L));
        return (bits >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
