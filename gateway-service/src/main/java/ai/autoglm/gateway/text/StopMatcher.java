package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.text.Piece.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Ends the text at the first stop string. What may be the beginning of one is held back until it is known, so no part
/// of a stop string is ever given. Strings are matched in the raw text, across tags and thoughts.
final class StopMatcher {
    private final StopOptions options;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder(); // of the waiting pieces
    private boolean hit;

    StopMatcher(StopOptions options) {
        this.options = options;
    }

    /// Whether a stop string has come: nothing more will be given.
    boolean hit() {
        return hit;
    }

    /// @param mayStop false while the text has to go on; what passes then is not looked at again
    List<Piece> append(List<Piece> pieces, boolean mayStop) {
        for (Piece piece : pieces) {
            waiting.add(piece);
            text.append(piece.text());
        }
        if (!mayStop) {
            return release(text.length(), false);
        }
        return TextMatch.first(text, options.strings())
                .map(this::stopAt)
                .orElseGet(() -> release(text.length() - TextMatch.openLength(text, options.strings()), false));
    }

    /// What is still held back, at the end of a text that no stop string ended.
    List<Piece> flush() {
        return release(text.length(), false);
    }

    private List<Piece> stopAt(TextMatch match) {
        hit = true;
        List<Piece> last = release(options.includeString() ? match.end() : match.start(), true);
        waiting.clear();
        text.setLength(0);
        return last;
    }

    /// @param cutTags whether a tag may be given in part, or waits until it can be given whole
    private List<Piece> release(int length, boolean cutTags) {
        List<Piece> released = new ArrayList<>();
        int remaining = length;
        while (!waiting.isEmpty() && waiting.element().text().length() <= remaining) {
            Piece piece = waiting.remove();
            remaining -= piece.text().length();
            released.add(piece);
        }
        if (remaining > 0 && (cutTags || waiting.element().kind() != Kind.TAG)) {
            Piece piece = waiting.remove();
            released.add(new Piece(piece.kind(), piece.text().substring(0, remaining)));
            waiting.addFirst(new Piece(piece.kind(), piece.text().substring(remaining)));
            remaining = 0;
        }
        text.delete(0, length - remaining);
        return released;
    }
}
