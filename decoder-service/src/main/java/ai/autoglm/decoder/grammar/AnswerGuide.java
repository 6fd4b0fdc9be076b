package ai.autoglm.decoder.grammar;

import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.Language;
import ai.autoglm.toolkit.grammar.Position;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Leads one answer: says which tokens may come next, so that it belongs to its grammar whenever it ends, also when it
/// ends because `max_tokens` are written. To that end it never allows a token after which too few tokens are left to
/// complete the answer. Used by one thread at a time.
///
/// | phase     | event                     | next phase |
/// |-----------|---------------------------|------------|
/// | OPENING   | last opening token        | THINKING   |
/// | THINKING  | the closing token         | FOLLOWING  |
/// | FOLLOWING | last token before answer  | ANSWERING  |
public final class AnswerGuide {
    private enum Phase {
        OPENING,
        THINKING,
        FOLLOWING,
        ANSWERING
    }

    private final Language language;
    private final Thought thought;
    private final StopConditions stop;
    private final Set<Integer> endingIds;
    private Phase phase;
    private int forcedCount; // tokens of this phase that are written
    private int generatedCount;
    private Position position;
    private boolean steered;
    private boolean complete;
    private @Nullable TokenMask thoughtTokens; // those of a thought that may go on
    private TokenMask allowed;

    /// Begins an answer, or goes on with one.
    ///
    /// @param generated what an earlier generation has written
    /// @throws ServingException INVALID_VALUE when `max_tokens` are too few, or when `generated` breaks the grammar
    public AnswerGuide(AnswerGrammar grammar, StopConditions stop, TokenIds generated) {
        language = grammar.language();
        this.stop = stop;
        endingIds = new HashSet<>(stop.endOfSequenceIds());
        endingIds.addAll(stop.stopTokenIds());
        requireWritable(stop);
        Thought none = new Thought(TokenIds.empty(), 0, TokenIds.empty());
        thought = grammar.thought() == null ? none : grammar.thought();
        phase = grammar.thought() == null ? Phase.ANSWERING : Phase.OPENING;
        position = language.start();
        skipEmptyPhases();
        requireLength();
        allowed = nextTokens();
        generated.stream().forEach(this::replay);
    }

    /// Without single bytes some answers could not be completed.
    private void requireWritable(StopConditions stop) {
        for (int id : stop.stopTokenIds()) {
            if (language.vocabulary().isSingleByte(id)) {
                throw new ServingException(
                        ErrorCode.INVALID_VALUE,
                        "stop_token_ids holds " + id + ", a token of text that an answer within a grammar may need.");
            }
        }
    }

    private void requireLength() {
        long shortest = neededCount();
        if (shortest > stop.maxTokens()) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE,
                    "max_tokens is " + stop.maxTokens() + ", but the shortest answer within the grammar may take "
                            + shortest + " tokens.");
        }
    }

    private void replay(int tokenId) {
        if (complete || !allowed.allows(tokenId) || ends(tokenId)) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE, "generated_token_ids leave the grammar at index " + generatedCount + ".");
        }
        append(tokenId);
    }

    /// The tokens that may come next. Not to be asked for when the answer [#isComplete].
    public TokenMask allowed() {
        return allowed;
    }

    /// Whether nothing may follow.
    public boolean isComplete() {
        return complete;
    }

    /// Whether an allowed token was ruled out, at some step, only because too few tokens were left.
    public boolean wasSteered() {
        return steered;
    }

    /// Whether this token, which is allowed, ends the answer instead of being part of it.
    public boolean ends(int tokenId) {
        return phase == Phase.ANSWERING && endingIds.contains(tokenId);
    }

    /// Takes an allowed token that does not end the answer.
    ///
    /// @throws ServingException INVALID_VALUE when the answer can be read in too many ways
    public void append(int tokenId) {
        generatedCount++;
        switch (phase) {
            case OPENING, FOLLOWING -> forcedCount++;
            case THINKING -> {
                if (tokenId == thought.closingId()) {
                    phase = Phase.FOLLOWING;
                }
            }
            case ANSWERING -> position = language.advance(position, tokenId);
        }
        skipEmptyPhases();
        allowed = nextTokens();
    }

    private void skipEmptyPhases() {
        if (phase == Phase.OPENING && forcedCount == thought.opening().size()) {
            phase = Phase.THINKING;
            forcedCount = 0;
        }
        if (phase == Phase.FOLLOWING && forcedCount == thought.following().size()) {
            phase = Phase.ANSWERING;
        }
    }

    /// Tokens that complete the answer, if one of them writes no more than one byte of it.
    private long neededCount() {
        int answer = position.distance();
        int following = thought.following().size();
        return switch (phase) {
            case OPENING -> (long) thought.opening().size() - forcedCount + 1 + following + answer;
            case THINKING -> 1L + following + answer;
            case FOLLOWING -> (long) following - forcedCount + answer;
            case ANSWERING -> answer;
        };
    }

    private TokenMask nextTokens() {
        int vocabularySize = language.vocabulary().size();
        return switch (phase) {
            case OPENING -> TokenMask.only(thought.opening().at(forcedCount), vocabularySize);
            case THINKING -> thoughtTokens(vocabularySize);
            case FOLLOWING -> TokenMask.only(thought.following().at(forcedCount), vocabularySize);
            case ANSWERING -> answerTokens();
        };
    }

    private TokenMask thoughtTokens(int vocabularySize) {
        TokenMask closing = TokenMask.only(thought.closingId(), vocabularySize);
        if (neededCount() >= remainingCount()) {
            steered = true;
            return closing;
        }
        if (thoughtTokens == null) {
            thoughtTokens = TokenMask.all(vocabularySize).without(endingIds).with(Set.of(thought.closingId()));
        }
        return thoughtTokens;
    }

    private TokenMask answerTokens() {
        TokenMask possible = language.tokens(position);
        TokenMask affordable = language.tokensWithin(position, remainingCount() - 1);
        steered |= affordable != possible;
        TokenMask text = affordable.without(endingIds);
        complete = text.isEmpty();
        if (complete && !position.isMember()) {
            throw new IllegalStateException("No token can follow, and the answer is no member");
        }
        return position.isMember() && generatedCount >= stop.minTokens() ? text.with(endingIds) : text;
    }

    private int remainingCount() {
        return stop.maxTokens() - generatedCount;
    }
}
