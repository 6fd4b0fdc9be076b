package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.PromptLogprob;
import ai.autoglm.gateway.openai.TokenLogprob.Alternative;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `prompt_logprobs` of an answer. Source: vLLM.
public final class PromptLogprobs {
    private PromptLogprobs() {}

    /// For each token of the prompt its own log probability and those of the likeliest tokens, by id; null for the
    /// first token.
    public static List<@Nullable Map<String, PromptLogprob>> of(List<PromptToken> tokens) {
        List<@Nullable Map<String, PromptLogprob>> logprobs = new ArrayList<>(tokens.size());
        tokens.forEach(token -> logprobs.add(token.score() == null ? null : byId(token.id(), token.score())));
        return logprobs;
    }

    private static Map<String, PromptLogprob> byId(int id, PromptToken.Score score) {
        Map<String, PromptLogprob> byId = new LinkedHashMap<>();
        byId.put(Integer.toString(id), new PromptLogprob(score.logprob(), score.rank(), score.decodedToken()));
        int rank = 1;
        for (Alternative other : score.alternatives()) {
            byId.putIfAbsent(Integer.toString(other.id()), new PromptLogprob(other.logprob(), rank, other.token()));
            rank++;
        }
        return byId;
    }
}
