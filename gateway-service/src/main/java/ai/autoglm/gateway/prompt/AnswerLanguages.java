package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.text.AnswerLanguage;
import ai.autoglm.gateway.text.AnswerLanguage.Thought;
import ai.autoglm.toolkit.grammar.GrammarSource;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Decides where the language of an answer begins: after the thought, in a model that thinks. Source: API 1.5.
final class AnswerLanguages {
    private static final String ANSWER_TAG = "<answer>";

    private final OptionalInt openingTag;
    private final OptionalInt closingTag;
    private final TokenIds betweenThoughtAndAnswer;

    AnswerLanguages(Tokenizer tokenizer) {
        this.openingTag = tokenizer.idOf("<think>");
        this.closingTag = tokenizer.idOf("</think>");
        this.betweenThoughtAndAnswer =
                tokenizer.encodeText(tokenizer.idOf(ANSWER_TAG).isPresent() ? "\n" + ANSWER_TAG : "\n");
    }

    /// @param thinks whether the model shall think
    /// @param prefill what the prompt holds of the answer already
    @Nullable
    AnswerLanguage of(@Nullable GrammarSource source, boolean thinks, TokenIds prefill) {
        return source == null ? null : new AnswerLanguage(source, thinks ? thought(prefill) : null);
    }

    private @Nullable Thought thought(TokenIds prefill) {
        if (openingTag.isEmpty() || closingTag.isEmpty()) {
            return null;
        }
        boolean opened = prefill.stream().anyMatch(id -> id == openingTag.getAsInt());
        boolean closed = prefill.stream().anyMatch(id -> id == closingTag.getAsInt());
        if (closed || (!opened && !prefill.isEmpty())) {
            return null;
        }
        return new Thought(
                opened ? TokenIds.empty() : TokenIds.of(openingTag.getAsInt()),
                closingTag.getAsInt(),
                betweenThoughtAndAnswer);
    }
}
