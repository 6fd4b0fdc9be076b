package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.text.Piece.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ends the text at the first stop string. What may be the beginning of one is held back until it is known, so no part
/// of a stop string is ever given. Strings are matched in the raw text, across tags and thoughts.
final class StopMatcher {
    private final StopOptions options;
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private String text = ""; // of the waiting pieces
    private @Nullable String hit;

    StopMatcher(StopOptions options) {
        this.options = options;
    }

    /// The stop string that has come: nothing more will be given.
    Optional<String> hit() {
        return Optional.ofNullable(hit);
    }

    /// @param mayStop false while the text has to go on; what passes then is not looked at again
    List<Piece> append(List<Piece> pieces, boolean mayStop) {
        for (Piece piece : pieces) {
            waiting.add(piece);
            text += piece.text().text();
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
        hit = match.text();
        List<Piece> last = release(options.includeString() ? match.end() : match.start(), true);
        waiting.clear();
        text = "";
        return last;
    }

    /// @param last whether tags and tokens may be given in part, or wait until they can be given whole
    private List<Piece> release(int length, boolean last) {
        List<Piece> released = new ArrayList<>();
        int remaining = length;
        while (!waiting.isEmpty() && waiting.element().text().length() <= remaining) {
            Piece piece = waiting.remove();
            remaining -= piece.text().length();
            released.add(piece);
        }
        if (remaining > 0) {
            int part = last ? remaining : releasable(waiting.element(), remaining);
            if (part > 0) {
                Piece piece = waiting.remove();
                released.add(new Piece(piece.kind(), piece.text().head(part)));
                waiting.addFirst(new Piece(piece.kind(), piece.text().tail(part)));
                remaining -= part;
            }
        }
        text = text.substring(length - remaining);
        return released;
    }

    private static int releasable(Piece piece, int length) {
        return piece.kind() == Kind.TAG ? 0 : piece.text().wholeTokens(length);
    }
}
