package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.openai.ChatCompletionChunk.UsageField;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.PromptLogprob;
import ai.autoglm.gateway.openai.StopReason;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
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
    /// @param stopReason absent but where a stop string or stop token of the client ended the choice
    /// @param promptLogprobs by the ids of the tokens, for each token of the prompt; absent where not asked for
    /// @param promptTokenIds absent where they were not asked for; in a stream but in the first event of a choice
    /// @param tokenIds that the model has written; absent where they were not asked for
    @JsonPropertyOrder({
        "index",
        "text",
        "logprobs",
        "finish_reason",
        "stop_reason",
        "prompt_logprobs",
        "prompt_token_ids",
        "token_ids"
    })
    record Choice(
            int index,
            String text,
            @Nullable TextLogprobs logprobs,
            @Nullable FinishReason finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            StopReason stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<@Nullable Map<String, PromptLogprob>> promptLogprobs,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Integer> promptTokenIds,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Integer> tokenIds) {
        Choice(int index, String text, @Nullable TextLogprobs logprobs) {
            this(index, text, logprobs, null, null, null, null, null);
        }

        /// The last event of a choice.
        static Choice end(int index, FinishReason reason, @Nullable StopReason stopReason) {
            return new Choice(index, "", null, reason, stopReason, null, null, null);
        }

        Choice withPromptTokenIds(List<Integer> ids) {
            return new Choice(
                    index, text, logprobs, finishReason, stopReason, promptLogprobs, List.copyOf(ids), tokenIds);
        }

        Choice withTokenIds(List<Integer> ids) {
            return new Choice(
                    index, text, logprobs, finishReason, stopReason, promptLogprobs, promptTokenIds, List.copyOf(ids));
        }
    }
}
