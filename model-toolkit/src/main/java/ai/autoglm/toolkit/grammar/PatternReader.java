package ai.autoglm.toolkit.grammar;

/// Reads a pattern or a grammar code point by code point.
final class PatternReader {
    private final int[] codePoints;
    private int next;

    PatternReader(String text) {
        Texts.requireUnicode(text);
        codePoints = text.codePoints().toArray();
    }

    boolean atEnd() {
        return next == codePoints.length;
    }

    int position() {
        return next;
    }

    void moveTo(int position) {
        next = position;
    }

    /// The next code point, which stays; 0 at the end.
    int peek() {
        return atEnd() ? 0 : codePoints[next];
    }

    int read() {
        if (atEnd()) {
            throw Refusal.because("It ends too early.");
        }
        return codePoints[next++];
    }

    boolean startsWith(String text) {
        int[] expected = text.codePoints().toArray();
        if (next + expected.length > codePoints.length) {
            return false;
        }
        for (int index = 0; index < expected.length; index++) {
            if (codePoints[next + index] != expected[index]) {
                return false;
            }
        }
        return true;
    }

    /// Reads `text` if it is next.
    boolean skip(String text) {
        boolean found = startsWith(text);
        if (found) {
            next += text.codePointCount(0, text.length());
        }
        return found;
    }

    void expect(String text) {
        if (!skip(text)) {
            throw error("\"" + text + "\" is missing");
        }
    }

    /// A number of at most nine digits.
    int number() {
        int start = next;
        long value = 0;
        while (!atEnd() && Character.digit(peek(), 10) >= 0 && peek() <= '9') {
            value = value * 10 + Character.digit(read(), 10);
            if (value > 999_999_999) {
                throw error("the number is too large");
            }
        }
        if (next == start) {
            throw error("a number is missing");
        }
        return (int) value;
    }

    /// A code point written with so many hexadecimal digits, eight at most.
    int hexadecimal(int digits) {
        long value = 0;
        for (int index = 0; index < digits; index++) {
            int digit = Character.digit(read(), 16);
            if (digit < 0) {
                throw error("a hexadecimal digit is missing");
            }
            value = value * 16 + digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw error("there is no such code point");
        }
        return (int) value;
    }

    RuntimeException error(String what) {
        return Refusal.because("At character " + (next + 1) + ": " + what + ".");
    }
}
