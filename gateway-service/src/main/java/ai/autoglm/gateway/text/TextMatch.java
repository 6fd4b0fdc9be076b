package ai.autoglm.gateway.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// An occurrence of one of several texts.
record TextMatch(int start, String text) {
    int end() {
        return start + text.length();
    }

    /// The occurrence that is complete first, as if the characters had come one by one; of those that end together, the
    /// longest. So the outcome does not depend on how a text is cut into tokens.
    static Optional<TextMatch> first(String text, Collection<String> wanted) {
        return wanted.stream()
                .map(candidate -> new TextMatch(text.indexOf(candidate), candidate))
                .filter(match -> match.start >= 0)
                .min(Comparator.comparingInt(TextMatch::end).thenComparingInt(TextMatch::start));
    }

    /// How much of the end of a text may be the beginning of one of the wanted ones.
    static int openLength(String text, Collection<String> wanted) {
        return wanted.stream()
                .mapToInt(candidate -> openLength(text, candidate))
                .max()
                .orElse(0);
    }

    private static int openLength(String text, String candidate) {
        int length = Math.min(text.length(), candidate.length() - 1);
        while (length > 0 && !endsWithStartOf(text, candidate, length)) {
            length--;
        }
        return length;
    }

    private static boolean endsWithStartOf(String text, String candidate, int length) {
        int offset = text.length() - length;
        for (int i = 0; i < length; i++) {
            if (text.charAt(offset + i) != candidate.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
