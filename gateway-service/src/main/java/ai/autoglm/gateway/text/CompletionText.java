package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.StopReason;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.TokensWritten;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The text of one choice as its tokens come: whole code points, cut at stop strings, thought apart from answer. The
/// texts that come out do not depend on how they are cut into tokens. Deterministic; not thread-safe.
///
/// Tell it with [#begin] how the prompt has begun the answer, then feed each token to [#append]; when [#stopped],
/// cancel the generation. At its end, whoever ended it, call [#finish] once. Source: API 1.5, 1.6.
public final class CompletionText {
    private final TagScanner scanner;
    private final ThoughtTracker tracker = new ThoughtTracker();
    private final StopMatcher stops;
    private final AnswerWriter writer;
    private final int minTokens;
    private final LanguageStart languageStart;
    private final boolean hidesThought;
    private final TokenForm form;
    private int completionTokens;
    private int reasoningTokens;

    /// @param endOfSequence ids whose text is never shown, should the model go on after them, unless control tokens are
    /// @param form how tokens are shown
    /// @param language to which the answer belongs, so that nothing in it is markup; null: none
    public CompletionText(
            Tokenizer tokenizer,
            Set<Integer> endOfSequence,
            ReasoningMode mode,
            StopOptions stop,
            TokenForm form,
            @Nullable AnswerLanguage language) {
        this.scanner = new TagScanner(tokenizer, endOfSequence, form.showsSpecial());
        this.stops = new StopMatcher(stop);
        this.writer = new AnswerWriter(mode, new TokenLogprobs(tokenizer));
        this.minTokens = stop.minTokens();
        this.languageStart = new LanguageStart(language);
        this.hidesThought = mode == ReasoningMode.HIDDEN;
        this.form = form;
    }

    /// Takes what stands in the prompt of the answer already: the text goes on from there. These tokens are not
    /// counted.
    ///
    /// @param shown whether the client shall see it too
    public List<CompletionEvent> begin(TokenIds prefill, boolean shown) {
        List<CompletionEvent> events = new ArrayList<>();
        prefill.stream().forEach(id -> events.addAll(writer.write(classify(scanner.append(new GeneratedToken(id))))));
        if (shown) {
            return events;
        }
        writer.drop();
        return List.of();
    }

    /// Takes the next token and gives what it makes certain, which may be nothing. Tokens after a stop string are not
    /// counted and give nothing.
    public List<CompletionEvent> append(GeneratedToken token) {
        if (stopped()) {
            return List.of();
        }
        completionTokens++;
        boolean thought = tracker.inThought();
        List<Piece> pieces = pieces(token);
        if (thought && tracker.inThought()) {
            reasoningTokens++;
        }
        List<CompletionEvent> events = new ArrayList<>(written(token.id(), thought || tracker.inThought()));
        events.addAll(writer.write(stops.append(pieces, completionTokens >= minTokens)));
        return events;
    }

    /// Takes the token that ended the generation, which is not part of the text and not counted.
    public List<CompletionEvent> appendEnding(int tokenId) {
        return stopped() ? List.of() : written(tokenId, tracker.inThought());
    }

    private List<CompletionEvent> written(int tokenId, boolean thought) {
        return form.returnsIds() && !(hidesThought && thought)
                ? List.of(new TokensWritten(List.of(tokenId)))
                : List.of();
    }

    /// Whether a stop string has ended the text, so that the generation can be cancelled.
    public boolean stopped() {
        return stops.hit().isPresent();
    }

    /// Ends the text. The last event is [Finished].
    ///
    /// @param reason why the generation ended; `STOP` whatever it says when a stop string ended the text
    /// @param stopToken the client's stop token that ended the generation; null: none did
    public List<CompletionEvent> finish(FinishReason reason, @Nullable Integer stopToken) {
        List<CompletionEvent> events = new ArrayList<>();
        if (!stopped()) {
            events.addAll(writer.write(stops.append(last(), completionTokens >= minTokens)));
        }
        if (!stopped()) {
            events.addAll(writer.write(stops.flush()));
        }
        events.addAll(writer.finish());
        events.add(stops.hit()
                .map(text -> new Finished(FinishReason.STOP, new StopReason.Text(text)))
                .orElseGet(() -> new Finished(reason, stopToken == null ? null : new StopReason.Token(stopToken))));
        return events;
    }

    /// Tokens so far, those of the thought included.
    public int completionTokens() {
        return completionTokens;
    }

    /// Of these, those of the thought.
    public int reasoningTokens() {
        return reasoningTokens;
    }

    private List<Piece> pieces(GeneratedToken token) {
        return switch (languageStart.next(token.id())) {
            case BEFORE -> classify(scanner.append(token));
            case BETWEEN -> List.of();
            case INSIDE -> {
                writer.beginVerbatim();
                yield verbatim(scanner.appendVerbatim(token));
            }
        };
    }

    private List<Piece> last() {
        List<Fragment> rest = scanner.finish();
        return languageStart.inside() ? verbatim(rest) : classify(rest);
    }

    private static List<Piece> verbatim(List<Fragment> fragments) {
        return fragments.stream()
                .map(fragment -> new Piece(Piece.Kind.CONTENT, fragment.text()))
                .toList();
    }

    private List<Piece> classify(List<Fragment> fragments) {
        return fragments.stream().map(tracker::classify).toList();
    }
}
