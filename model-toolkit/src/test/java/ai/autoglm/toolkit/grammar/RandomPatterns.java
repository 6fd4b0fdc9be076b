package ai.autoglm.toolkit.grammar;

import java.util.SplittableRandom;

/// Random regular expressions, and texts that are near them.
final class RandomPatterns {
    private static final String[] ATOMS = {"a", "b", "c", "é", "[ab]", "[^b]", ".", "\\d", "\\w", "1", "\\."};
    private static final String[] QUANTIFIERS = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"};

    private RandomPatterns() {}

    static String pattern(SplittableRandom random, int nesting) {
        StringBuilder pattern = new StringBuilder();
        int parts = 1 + random.nextInt(4);
        for (int part = 0; part < parts; part++) {
            boolean group = nesting > 0 && random.nextInt(3) == 0;
            pattern.append(group ? "(" + pattern(random, nesting - 1) + ")" : ATOMS[random.nextInt(ATOMS.length)])
                    .append(QUANTIFIERS[random.nextInt(QUANTIFIERS.length)]);
            if (random.nextInt(6) == 0) {
                pattern.append('|');
            }
        }
        return pattern.toString();
    }

    /// Mostly characters that the pattern speaks of.
    static String text(SplittableRandom random, String pattern) {
        int[] alphabet = ("ab1é.\n" + pattern).codePoints().toArray();
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8);
        for (int index = 0; index < length; index++) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }
}
