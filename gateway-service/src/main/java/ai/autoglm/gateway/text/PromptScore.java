package ai.autoglm.gateway.text;

import ai.autoglm.gateway.text.GeneratedToken.Alternative;
import java.util.List;

/// How likely the model took a prompt token to be.
///
/// @param rank 1 for the likeliest token
/// @param alternatives the likeliest tokens in its place, the likeliest first
public record PromptScore(int id, double logprob, int rank, List<Alternative> alternatives) {
    public PromptScore {
        alternatives = List.copyOf(alternatives);
    }
}
