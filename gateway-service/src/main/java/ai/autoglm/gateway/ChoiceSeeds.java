package ai.autoglm.gateway;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Seeds of the choices of one request: different from each other, and the same whenever the request's seed is.
///
/// @param first of choice 0
record ChoiceSeeds(long first) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /// @param requested null: no request for the same answers again
    static ChoiceSeeds of(@Nullable Long requested) {
        return new ChoiceSeeds(requested == null ? ThreadLocalRandom.current().nextLong() : requested);
    }

    /// Source: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    long of(int choice) {
        if (choice == 0) {
            return first;
        }
        long mixed = first + choice * GOLDEN_GAMMA;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
