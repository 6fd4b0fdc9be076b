package ai.autoglm.toolkit.grammar;

import java.util.Arrays;
import java.util.Collection;

/// A set of token ids. Immutable.
public final class TokenMask {
    private final long[] words; // [id / 64]
    private final int size;
    private final int maxDistance;

    /// @param maxDistance the largest distance that one of these tokens leads to; -1 where there is none
    TokenMask(long[] words, int size, int maxDistance) {
        this.words = words;
        this.size = size;
        this.maxDistance = maxDistance;
    }

    /// Every id of a vocabulary.
    public static TokenMask all(int size) {
        long[] words = new long[wordCount(size)];
        for (int id = 0; id < size; id++) {
            words[id >> 6] |= 1L << id;
        }
        return new TokenMask(words, size, 0);
    }

    /// No id of a vocabulary.
    public static TokenMask none(int size) {
        return new TokenMask(new long[wordCount(size)], size, 0);
    }

    public static TokenMask only(int id, int size) {
        long[] words = new long[wordCount(size)];
        words[id >> 6] |= 1L << id;
        return new TokenMask(words, size, 0);
    }

    static int wordCount(int size) {
        return (size + 63) >> 6;
    }

    public TokenMask with(Collection<Integer> ids) {
        long[] changed = words.clone();
        ids.forEach(id -> changed[id >> 6] |= 1L << id);
        return new TokenMask(changed, size, maxDistance);
    }

    public TokenMask without(Collection<Integer> ids) {
        if (ids.stream().noneMatch(this::allows)) {
            return this;
        }
        long[] changed = words.clone();
        ids.forEach(id -> changed[id >> 6] &= ~(1L << id));
        return new TokenMask(changed, size, maxDistance);
    }

    public boolean allows(int id) {
        return (words[id >> 6] & 1L << id) != 0;
    }

    public boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    int maxDistance() {
        return maxDistance;
    }

    /// Takes every other token away from `logits`, one for each id.
    public void restrict(float[] logits) {
        for (int word = 0; word < words.length; word++) {
            long allowed = words[word];
            int end = Math.min(size, (word + 1) << 6);
            if (allowed == 0) {
                Arrays.fill(logits, word << 6, end, Float.NEGATIVE_INFINITY);
            } else if (allowed != -1) {
                for (int id = word << 6; id < end; id++) {
                    if ((allowed & 1L << id) == 0) {
                        logits[id] = Float.NEGATIVE_INFINITY;
                    }
                }
            }
        }
    }
}
