package ai.autoglm.toolkit.grammar;

import java.util.Arrays;

/// How much plain text may follow a state, whatever it is.
final class PlainRun {
    private final int[] distances; // [characters]: from there to the end of the rule
    private final boolean endsDead;

    /// What a run says of tokens that are longer than it.
    enum Kind {
        /// There is none: every token has to be looked at.
        NONE,
        /// Some may go on.
        SHORT,
        /// Those of plain text may not go on.
        ENDS_DEAD,
        /// There are next to none.
        LONG
    }

    /// @param distances from where so many characters lead to the end of the rule: [characters]
    /// @param endsDead whether no plain text at all may follow so many
    PlainRun(int[] distances, boolean endsDead) {
        this.distances = distances;
        this.endsDead = endsDead;
    }

    /// Characters that may follow.
    int length() {
        return distances.length - 1;
    }

    /// From where so many characters lead to the end of the rule.
    int distance(int characters) {
        return distances[characters];
    }

    Kind kind() {
        if (endsDead) {
            return Kind.ENDS_DEAD;
        }
        return switch (length()) {
            case 0 -> Kind.NONE;
            case PlainTokens.MAX_CHARACTERS -> Kind.LONG;
            default -> Kind.SHORT;
        };
    }

    /// What is left of it behind so many characters.
    PlainRun after(int characters) {
        return new PlainRun(Arrays.copyOfRange(distances, characters, distances.length), endsDead);
    }
}
