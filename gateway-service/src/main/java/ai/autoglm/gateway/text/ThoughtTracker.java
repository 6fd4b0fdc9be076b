package ai.autoglm.gateway.text;

import ai.autoglm.gateway.text.Piece.Kind;

/// Tells thought from answer. Only generated tags move it, and never from the answer back into a thought:
///
/// | phase   | `<think>` | `</think>` | `<answer>` | `</answer>` | text    | blank text |
/// |---------|-----------|------------|------------|-------------|---------|------------|
/// | OPENING | THOUGHT   | ANSWER     | ANSWER     | ANSWER      | ANSWER  | OPENING    |
/// | THOUGHT | THOUGHT   | ANSWER     | ANSWER     | THOUGHT     | THOUGHT | THOUGHT    |
/// | ANSWER  | ANSWER    | ANSWER     | ANSWER     | ANSWER      | ANSWER  | ANSWER     |
///
/// An answer that begins within a thought ends it: the model left `</think>` out.
final class ThoughtTracker {
    private enum Phase {
        OPENING,
        THOUGHT,
        ANSWER
    }

    private Phase phase = Phase.OPENING;

    boolean inThought() {
        return phase == Phase.THOUGHT;
    }

    Piece classify(Fragment fragment) {
        Tag tag = fragment.tag();
        if (tag != null) {
            phase = after(tag);
            return new Piece(Kind.TAG, fragment.text());
        }
        if (phase == Phase.OPENING && !fragment.text().text().isBlank()) {
            phase = Phase.ANSWER;
        }
        return new Piece(inThought() ? Kind.REASONING : Kind.CONTENT, fragment.text());
    }

    private Phase after(Tag tag) {
        return switch (phase) {
            case OPENING -> tag == Tag.THINK ? Phase.THOUGHT : Phase.ANSWER;
            case THOUGHT ->
                switch (tag) {
                    case END_THINK, ANSWER -> Phase.ANSWER;
                    case THINK, END_ANSWER -> Phase.THOUGHT;
                };
            case ANSWER -> Phase.ANSWER;
        };
    }
}
