package ai.autoglm.decoder.sampling;

import java.util.List;

/// A token of the prompt, as likely as the model took it to be in its place.
///
/// @param rank 1 for the likeliest token
/// @param topLogprobs of the likeliest tokens, best first
public record PromptTokenLogprob(int tokenId, float logprob, int rank, List<TokenLogprob> topLogprobs) {
    public PromptTokenLogprob {
        topLogprobs = List.copyOf(topLogprobs);
    }
}
