package ai.autoglm.gateway.text;

import ai.autoglm.toolkit.tokenizer.Detokenizer;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a prompt is made of, token by token, control tokens included.
public final class PromptText {
    private final Tokenizer tokenizer;
    private final TokenLogprobs logprobs;

    public PromptText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.logprobs = new TokenLogprobs(tokenizer);
    }

    /// @param scores of all tokens but the first; empty: they were not asked for
    public List<PromptToken> tokens(TokenIds ids, List<PromptScore> scores) {
        Detokenizer detokenizer = new Detokenizer(tokenizer, true);
        List<PromptToken> tokens = new ArrayList<>(ids.size());
        for (int index = 0; index < ids.size(); index++) {
            int id = ids.at(index);
            String text = detokenizer.append(id);
            boolean last = index == ids.size() - 1;
            tokens.add(new PromptToken(id, last ? text + detokenizer.finish() : text, score(scores, index)));
        }
        return tokens;
    }

    private PromptToken.@Nullable Score score(List<PromptScore> scores, int index) {
        if (index == 0 || scores.isEmpty()) {
            return null;
        }
        PromptScore score = scores.get(index - 1);
        return new PromptToken.Score(
                score.logprob(),
                score.rank(),
                tokenizer.text(score.id()),
                score.alternatives().stream().map(logprobs::alternative).toList());
    }
}
