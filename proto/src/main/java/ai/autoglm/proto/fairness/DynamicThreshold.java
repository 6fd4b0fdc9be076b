package ai.autoglm.proto.fairness;

/// Divides places among users who come and go, without taking a place back: a user may hold at most a fixed
/// multiple of what is free. So there is always something free for a user who has nothing yet: one user alone
/// leaves a fifth of all places, two leave a ninth, and each of several gets as much as the others.
///
/// Source: Choudhury and Hahne, Dynamic queue length thresholds for shared-memory packet switches, 1998.
public final class DynamicThreshold {
    /// What a user may hold for each place that is free.
    private static final int FACTOR = 4;

    private DynamicThreshold() {}

    /// Whether a user may take more places. Who holds none may take what is free.
    ///
    /// @param held by this user
    /// @param wanted places more
    /// @param free of all places
    public static boolean permits(int held, int wanted, int free) {
        int left = free - wanted;
        return left >= 0 && (held == 0 || held + wanted <= (long) FACTOR * left);
    }
}
