package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `POST /v1/completions`, whole or one event of a stream: the contract has one shape for
/// both. Source: API.md 2.
///
/// @param usage no key at all when null
@JsonPropertyOrder({"id", "object", "created", "model", "system_fingerprint", "choices", "usage"})
record TextCompletion(
        String id,
        long created,
        String model,
        String systemFingerprint,
        List<Choice> choices,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageField usage) {
    TextCompletion {
        choices = List.copyOf(choices);
    }

    static TextCompletion of(CompletionIdentity identity, List<Choice> choices, @Nullable UsageField usage) {
        return new TextCompletion(
                identity.id(), identity.created(), identity.model(), identity.systemFingerprint(), choices, usage);
    }

    @JsonProperty
    String object() {
        return "text_completion";
    }

    /// @param logprobs null where they were not asked for
    /// @param finishReason null but at the end of a choice
    @JsonPropertyOrder({"index", "text", "logprobs", "finish_reason"})
    record Choice(
            int index,
            String text,
            @Nullable TextLogprobs logprobs,
            @Nullable FinishReason finishReason) {}
}
