package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.TokenLogprob.Alternative;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token of a prompt.
///
/// @param text what it adds to the prompt's text: joined, the texts are the prompt's
/// @param score how likely it was; null: that was not asked for, or it is the first
public record PromptToken(int id, String text, @Nullable Score score) {
    /// @param rank 1 for the likeliest token
    /// @param decodedToken the token's text by itself
    /// @param alternatives the likeliest tokens in its place, the likeliest first
    public record Score(double logprob, int rank, String decodedToken, List<Alternative> alternatives) {
        public Score {
            alternatives = List.copyOf(alternatives);
        }
    }
}
