package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.toolkit.error.ServingException;
import org.jspecify.annotations.Nullable;

/// What happens to a sequence, in this order: `Accepted` (Generated)* (Finished | Failed), or Failed
/// alone.
public sealed interface DecodeEvent {
    /// @param queuePosition sequences ahead; 0 when it has a slot
    /// @param cachedTokenCount leading prompt tokens whose rows are known
    record Accepted(int queuePosition, int cachedTokenCount) implements DecodeEvent {}

    /// @param index counted from the first generated token, those before a resume included
    record Generated(SampledToken token, int index) implements DecodeEvent {}

    /// @param stopTokenId the client's stop token that ended it
    /// @param completionTokenCount without the token that ended it, with those before a resume
    record Finished(
            FinishReason reason,
            @Nullable Integer stopTokenId,
            int promptTokenCount,
            int completionTokenCount,
            int cachedTokenCount)
            implements DecodeEvent {}

    record Failed(ServingException error) implements DecodeEvent {}

    /// Whether nothing follows.
    default boolean isLast() {
        return switch (this) {
            case Accepted accepted -> false;
            case Generated generated -> false;
            case Finished finished -> true;
            case Failed failed -> true;
        };
    }
}
