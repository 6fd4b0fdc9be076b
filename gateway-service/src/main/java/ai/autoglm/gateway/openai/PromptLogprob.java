package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// How likely a token was in its place in the prompt. Source: vLLM's `prompt_logprobs`.
///
/// @param logprob at most 0, at least [TokenLogprob#FLOOR]
/// @param rank 1 for the likeliest token
/// @param decodedToken its text; what is no whole character is U+FFFD
@JsonPropertyOrder({"logprob", "rank", "decoded_token"})
public record PromptLogprob(double logprob, int rank, String decodedToken) {
    public PromptLogprob {
        logprob = TokenLogprob.finite(logprob);
    }
}
