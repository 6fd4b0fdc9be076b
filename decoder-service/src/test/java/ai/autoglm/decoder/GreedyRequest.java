package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.sampling.SamplingParameters;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Share;
import ai.autoglm.toolkit.tokenizer.TokenIds;

/// A request of nobody in particular that always takes the likeliest token.
final class GreedyRequest {
    private GreedyRequest() {}

    /// @param salt requests with different ones share no prefix
    static GenerationRequest of(String id, FusedPrompt prompt, StopConditions stop, String salt) {
        return resumed(id, prompt, stop, TokenIds.empty(), salt);
    }

    /// @param generated what an earlier generation has answered already
    static GenerationRequest resumed(
            String id, FusedPrompt prompt, StopConditions stop, TokenIds generated, String salt) {
        return new GenerationRequest(
                id, prompt, SamplingParameters.greedy(), stop, generated, false, salt, null, null, null, Share.NOBODYS);
    }
}
