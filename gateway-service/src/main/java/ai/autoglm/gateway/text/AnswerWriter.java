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
    private final TokenLogprobs logprobs;
    private TokenText pending = TokenText.EMPTY; // ends in whitespace whose neighbour is not known yet
    private boolean verbatim;
    private boolean tagged;
    private boolean afterTag;
    private Kind kind = Kind.CONTENT;

    AnswerWriter(ReasoningMode mode, TokenLogprobs logprobs) {
        this.mode = mode;
        this.logprobs = logprobs;
    }

    List<CompletionEvent> write(List<Piece> pieces) {
        List<CompletionEvent> events = new ArrayList<>();
        TokenText text = TokenText.EMPTY;
        for (Piece piece : pieces) {
            if (mode != ReasoningMode.RAW && piece.kind() == Kind.TAG) {
                flush(text.plus(pending.stripTrailing()), events);
                text = TokenText.EMPTY;
                pending = TokenText.EMPTY;
                tagged = true;
                afterTag = true;
                continue;
            }
            Kind next = mode == ReasoningMode.RAW ? Kind.CONTENT : piece.kind();
            if (next != kind) {
                flush(text, events);
                text = TokenText.EMPTY;
                kind = next;
            }
            text = text.plus(mode == ReasoningMode.RAW ? piece.text() : released(piece.text()));
        }
        flush(text, events);
        return events;
    }

    List<CompletionEvent> finish() {
        List<CompletionEvent> events = new ArrayList<>();
        flush(tagged ? pending.stripTrailing() : pending, events);
        return events;
    }

    /// Forgets whitespace that waits, where what came before it is not the client's to see.
    void drop() {
        pending = TokenText.EMPTY;
    }

    /// From here on the text is content as it is, whitespace included.
    void beginVerbatim() {
        verbatim = true;
        pending = TokenText.EMPTY;
    }

    private TokenText released(TokenText text) {
        if (verbatim) {
            return text;
        }
        TokenText body = afterTag ? text.stripLeading() : text;
        if (body.length() > 0) {
            afterTag = false;
        }
        pending = pending.plus(body);
        int length = pending.wholeTokens(pending.stripTrailing().length());
        TokenText released = pending.head(length);
        pending = pending.tail(length);
        return released;
    }

    private void flush(TokenText text, List<CompletionEvent> events) {
        if (text.length() == 0) {
            return;
        }
        switch (kind) {
            case REASONING -> {
                if (mode == ReasoningMode.RETURNED) {
                    events.add(new ReasoningDelta(text.text()));
                }
            }
            case CONTENT -> events.add(new ContentDelta(text.text(), logprobs.of(text)));
            case TAG -> throw new IllegalStateException("a tag has no text to show");
        }
    }
}
