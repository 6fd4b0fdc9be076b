package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.grammar.AnswerGrammar;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import org.jspecify.annotations.Nullable;

/// One generation, valid for this model.
///
/// @param requestId for logs
/// @param prompt without its media rows, which follow
/// @param generated what an earlier, broken generation has already delivered
/// @param resumed whether another decoder had it before: it has slots of its own
/// @param cacheSalt separates prefix caches of tenants
/// @param logprobsCount absent: no log probabilities; 0: of the chosen token only
/// @param promptLogprobsCount likeliest tokens told with the log probability of each prompt token; absent: none are
/// told
/// @param grammar absent: every token is allowed
/// @param share whose request it is, for its place in the queue
public record GenerationRequest(
        String requestId,
        FusedPrompt prompt,
        SamplingParameters sampling,
        StopConditions stop,
        TokenIds generated,
        boolean resumed,
        String cacheSalt,
        @Nullable Integer logprobsCount,
        @Nullable Integer promptLogprobsCount,
        @Nullable AnswerGrammar grammar,
        Share share) {
    public GenerationRequest {
        if (prompt.rowCount() == 0) {
            throw new IllegalArgumentException("A prompt has at least one row");
        }
    }
}
