package ai.autoglm.gateway.text;

import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.Piece.Kind;
import java.util.ArrayList;
import java.util.List;

/// Gives pieces the form that the client asked for. Where thought and answer are split, tags are left out, and so is
/// the whitespace on both sides of a tag and at the end of a text that has tags; a text without tags stays as it is.
final class AnswerWriter {
    private final ReasoningMode mode;
    private final StringBuilder whitespace = new StringBuilder(); // whose neighbour is not known yet
    private boolean tagged;
    private boolean afterTag;
    private Kind kind = Kind.CONTENT;

    AnswerWriter(ReasoningMode mode, boolean insideAnswer) {
        this.mode = mode;
        this.tagged = insideAnswer;
        this.afterTag = insideAnswer;
    }

    List<CompletionEvent> write(List<Piece> pieces) {
        List<CompletionEvent> events = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            Kind next = mode == ReasoningMode.RAW ? Kind.CONTENT : piece.kind();
            if (next != kind) {
                flush(text, events);
                kind = next;
            }
            switch (mode) {
                case RAW -> text.append(piece.text());
                case RETURNED, HIDDEN -> appendTrimmed(piece, text);
            }
        }
        flush(text, events);
        return events;
    }

    List<CompletionEvent> finish() {
        return tagged || whitespace.isEmpty() ? List.of() : List.of(new ContentDelta(whitespace.toString()));
    }

    private void appendTrimmed(Piece piece, StringBuilder text) {
        if (piece.kind() == Kind.TAG) {
            tagged = true;
            afterTag = true;
            whitespace.setLength(0);
            return;
        }
        String body = afterTag ? piece.text().stripLeading() : piece.text();
        String visible = body.stripTrailing();
        if (!visible.isEmpty()) {
            afterTag = false;
            text.append(whitespace).append(visible);
            whitespace.setLength(0);
        }
        whitespace.append(body, visible.length(), body.length());
    }

    private void flush(StringBuilder text, List<CompletionEvent> events) {
        if (text.isEmpty()) {
            return;
        }
        switch (kind) {
            case REASONING -> {
                if (mode == ReasoningMode.RETURNED) {
                    events.add(new ReasoningDelta(text.toString()));
                }
            }
            case CONTENT -> events.add(new ContentDelta(text.toString()));
            case TAG -> throw new IllegalStateException("a tag has no text to show");
        }
        text.setLength(0);
    }
}
