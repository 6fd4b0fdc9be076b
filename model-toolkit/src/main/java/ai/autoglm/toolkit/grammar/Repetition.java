package ai.autoglm.toolkit.grammar;

import org.jspecify.annotations.Nullable;

/// How often a part of a pattern may repeat.
///
/// @param max absent: any number
record Repetition(int min, @Nullable Integer max) {
    /// Reads `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}` if it is next.
    static @Nullable Repetition read(PatternReader reader) {
        if (reader.skip("*")) {
            return new Repetition(0, null);
        }
        if (reader.skip("+")) {
            return new Repetition(1, null);
        }
        if (reader.skip("?")) {
            return new Repetition(0, 1);
        }
        return braces(reader);
    }

    /// A brace that begins no repetition is a character.
    private static @Nullable Repetition braces(PatternReader reader) {
        int start = reader.position();
        if (!reader.skip("{") || !isDigit(reader.peek())) {
            reader.moveTo(start);
            return null;
        }
        int min = reader.number();
        Integer max = min;
        if (reader.skip(",")) {
            max = isDigit(reader.peek()) ? (Integer) reader.number() : null;
        }
        reader.expect("}");
        if (max != null && max < min) {
            throw reader.error("the bounds of a repetition are out of order");
        }
        return new Repetition(min, max);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
