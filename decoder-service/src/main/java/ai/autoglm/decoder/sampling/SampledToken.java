package ai.autoglm.decoder.sampling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The token that was drawn.
///
/// @param logprob of the token itself; absent when no log probabilities were asked for
/// @param topLogprobs of the likeliest tokens, best first
public record SampledToken(int tokenId, @Nullable Float logprob, List<TokenLogprob> topLogprobs) {
    public SampledToken {
        topLogprobs = List.copyOf(topLogprobs);
    }
}
