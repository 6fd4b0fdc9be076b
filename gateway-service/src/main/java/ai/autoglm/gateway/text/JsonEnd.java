package ai.autoglm.gateway.text;

import java.util.OptionalInt;

/// Finds the end of a JSON object in text that comes in pieces.
final class JsonEnd {
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean reached;

    /// Takes the next piece.
    ///
    /// @return how much of it belongs to the object; empty: all of it, and there is more to come
    OptionalInt find(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char next = piece.charAt(i);
            if (inString) {
                inString = escaped || next != '"';
                escaped = !escaped && next == '\\';
            } else if (next == '"') {
                inString = true;
            } else if (next == '{' || next == '[') {
                depth++;
            } else if (next == '}' || next == ']') {
                depth--;
                if (depth == 0) {
                    reached = true;
                    return OptionalInt.of(i + 1);
                }
            }
        }
        return OptionalInt.empty();
    }

    boolean reached() {
        return reached;
    }
}
