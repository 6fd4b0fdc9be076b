package ai.autoglm.gateway.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A token as the decoder drew it.
///
/// @param logprob its log probability; null where it was not asked for
/// @param alternatives the likeliest tokens in its place, the likeliest first
public record GeneratedToken(int id, @Nullable Double logprob, List<Alternative> alternatives) {
    public GeneratedToken {
        alternatives = List.copyOf(alternatives);
    }

    public GeneratedToken(int id) {
        this(id, null, List.of());
    }

    /// A token that might have been.
    public record Alternative(int id, double logprob) {}
}
