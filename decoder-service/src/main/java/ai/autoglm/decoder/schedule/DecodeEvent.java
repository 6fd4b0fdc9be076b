package ai.autoglm.decoder.schedule;

import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What happens to a sequence, in this order: `Accepted` (PromptScored)* (Generated)* (Finished | Failed), or Failed
/// alone.
public sealed interface DecodeEvent {
    /// @param queuePosition sequences ahead; 0 when it has a slot
    /// @param cachedTokenCount leading prompt tokens whose rows are known
    record Accepted(int queuePosition, int cachedTokenCount) implements DecodeEvent {}

    /// Log probabilities of consecutive prompt tokens, where they were asked for. The first token of a prompt has none.
    ///
    /// @param firstIndex of the first of them in the prompt
    record PromptScored(int firstIndex, List<PromptTokenLogprob> tokens) implements DecodeEvent {
        public PromptScored {
            tokens = List.copyOf(tokens);
        }
    }

    /// @param index counted from the first generated token, those before a resume included
    record Generated(SampledToken token, int index) implements DecodeEvent {}

    /// @param endingTokenId the end-of-sequence or stop token that ended it; absent: none did
    /// @param completionTokenCount without the token that ended it, with those before a resume
    record Finished(
            FinishReason reason,
            @Nullable Integer endingTokenId,
            int promptTokenCount,
            int completionTokenCount,
            int cachedTokenCount)
            implements DecodeEvent {}

    record Failed(ServingException error) implements DecodeEvent {}

    /// Whether nothing follows.
    default boolean isLast() {
        return switch (this) {
            case Accepted accepted -> false;
            case PromptScored scored -> false;
            case Generated generated -> false;
            case Finished finished -> true;
            case Failed failed -> true;
        };
    }
}
