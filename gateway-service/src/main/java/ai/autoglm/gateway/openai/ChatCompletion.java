package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer to a request without `stream`. Source: API 1.4.
///
/// @param promptLogprobs by the ids of the tokens, for each token of the prompt; absent where they were not asked for
/// @param promptTokenIds absent where they were not asked for
@JsonPropertyOrder({
    "id",
    "object",
    "created",
    "model",
    "choices",
    "usage",
    "system_fingerprint",
    "prompt_logprobs",
    "prompt_token_ids"
})
public record ChatCompletion(
        String id,
        long created,
        String model,
        List<Choice> choices,
        Usage usage,
        String systemFingerprint,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Integer> promptTokenIds) {
    public ChatCompletion {
        choices = List.copyOf(choices);
    }

    public static ChatCompletion of(
            CompletionIdentity identity,
            List<Choice> choices,
            Usage usage,
            @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs,
            @Nullable List<Integer> promptTokenIds) {
        return new ChatCompletion(
                identity.id(),
                identity.created(),
                identity.model(),
                choices,
                usage,
                identity.systemFingerprint(),
                promptLogprobs,
                promptTokenIds);
    }

    @JsonProperty
    public String object() {
        return "chat.completion";
    }

    /// @param logprobs null where they were not asked for
    /// @param stopReason absent but where a stop string or stop token of the client ended the choice
    /// @param tokenIds of all that the model has written; absent where they were not asked for
    @JsonPropertyOrder({"index", "message", "logprobs", "finish_reason", "stop_reason", "token_ids"})
    public record Choice(
            int index,
            Message message,
            @Nullable ContentLogprobs logprobs,
            FinishReason finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            StopReason stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Integer> tokenIds) {}

    /// @param content null where there are only calls
    /// @param reasoningContent absent without reasoning; clients know it by this name or by [#reasoning]
    /// @param toolCalls absent where there are none
    @JsonPropertyOrder({"role", "content", "refusal", "reasoning_content", "reasoning", "tool_calls"})
    public record Message(
            @Nullable String content,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reasoningContent,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ToolCall> toolCalls) {
        public Message {
            toolCalls = List.copyOf(toolCalls);
        }

        @JsonProperty
        public String role() {
            return "assistant";
        }

        /// The model never refuses in a field of its own, but clients require the key.
        @JsonProperty
        public @Nullable Object refusal() {
            return null;
        }

        @JsonProperty
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public @Nullable String reasoning() {
            return reasoningContent;
        }
    }

    /// @param id that a message with the result has to name
    @JsonPropertyOrder({"id", "type", "function"})
    public record ToolCall(String id, CalledFunction function) {
        @JsonProperty
        public String type() {
            return "function";
        }
    }

    /// @param arguments JSON text
    public record CalledFunction(String name, String arguments) {}
}
