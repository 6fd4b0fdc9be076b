package ai.autoglm.system;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Damage to bytes. The same random numbers do the same damage.
final class Mutation {
    private static final byte[][] HOSTILE = {
        {(byte) 0xff},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90},
        {0},
        {'"'},
        {'\\'},
        {'{'},
        {']'},
        {'-'},
        {'\\', 'u', 'd', '8', '0', '0'},
        {'1', 'e', '9', '9', '9'}
    };

    private Mutation() {}

    /// Does one to four harms: a flipped bit, a run of random bytes, a hostile snippet, a lost, repeated or cut piece.
    ///
    /// @param area harm begins in the first `area` bytes
    static byte[] of(byte[] bytes, int area, RandomGenerator random) {
        byte[] result = bytes;
        for (int harm = random.nextInt(1, 5); harm > 0 && result.length > 0; harm--) {
            result = harm(result, Math.clamp(area, 1, result.length), random);
        }
        return result;
    }

    private static byte[] harm(byte[] bytes, int area, RandomGenerator random) {
        int at = random.nextInt(area);
        int end = Math.min(bytes.length, at + random.nextInt(1, 17));
        return switch (random.nextInt(7)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> scramble(bytes, at, end, random);
            case 2 -> splice(bytes, at, end, new byte[0]);
            case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            case 4 -> splice(bytes, at, at, HOSTILE[random.nextInt(HOSTILE.length)]);
            case 5 -> extreme(bytes, at, random);
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : flip(bytes, at, random);
        };
    }

    private static byte[] flip(byte[] bytes, int at, RandomGenerator random) {
        byte[] result = bytes.clone();
        result[at] ^= (byte) (1 << random.nextInt(8));
        return result;
    }

    private static byte[] scramble(byte[] bytes, int at, int end, RandomGenerator random) {
        byte[] result = bytes.clone();
        for (int index = at; index < end; index++) {
            result[index] = (byte) random.nextInt(256);
        }
        return result;
    }

    /// What sizes and counts in headers like least: nothing, and as much as can be.
    private static byte[] extreme(byte[] bytes, int at, RandomGenerator random) {
        byte[] result = bytes.clone();
        Arrays.fill(result, at, Math.min(result.length, at + 4), (byte) (random.nextBoolean() ? 0xff : 0));
        return result;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
        return result;
    }
}
