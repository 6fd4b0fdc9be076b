package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Content that is kept from the client until it is known what it is. Not thread-safe.
final class HeldText {
    private final List<ContentDelta> deltas = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void add(ContentDelta delta) {
        deltas.add(delta);
        text.append(delta.text());
    }

    boolean isEmpty() {
        return deltas.isEmpty();
    }

    String text() {
        return text.toString();
    }

    /// As they came.
    List<ContentDelta> deltas() {
        return List.copyOf(deltas);
    }

    /// The text before an index, without the whitespace at its end, and the log probabilities of its tokens;
    /// empty where that leaves nothing.
    Optional<ContentDelta> before(int index) {
        String words = text.substring(0, index).stripTrailing();
        if (words.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ContentDelta(words, logprobs(words.length())));
    }

    /// Of the tokens that make up the first characters, the last one cut where they end.
    private List<TokenLogprob> logprobs(int length) {
        List<TokenLogprob> logprobs = new ArrayList<>();
        int rest = length;
        for (ContentDelta delta : deltas) {
            for (TokenLogprob token : delta.logprobs()) {
                if (rest > 0) {
                    logprobs.add(token.startingWith(Math.min(rest, token.token().length())));
                }
                rest -= token.token().length();
            }
        }
        return logprobs;
    }

    void clear() {
        deltas.clear();
        text.setLength(0);
    }
}
