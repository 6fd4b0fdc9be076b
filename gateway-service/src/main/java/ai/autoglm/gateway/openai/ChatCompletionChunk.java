package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event of a streamed answer. Source: API 1.6.
///
/// @param choices one, or none in the chunk that closes with usage
/// @param usage no key at all when null
/// @param promptTokenIds in the first chunk of a choice; absent where they were not asked for
@JsonPropertyOrder({"id", "object", "created", "model", "system_fingerprint", "choices", "usage", "prompt_token_ids"})
public record ChatCompletionChunk(
        String id,
        long created,
        String model,
        String systemFingerprint,
        List<Choice> choices,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageField usage,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Integer> promptTokenIds) {
    public ChatCompletionChunk {
        choices = List.copyOf(choices);
    }

    /// A chunk with a piece of a choice.
    public static ChatCompletionChunk of(CompletionIdentity identity, Choice choice, @Nullable UsageField usage) {
        return of(identity, List.of(choice), usage, null);
    }

    /// The first chunk of a choice, for a client that wants to know the prompt's tokens.
    public static ChatCompletionChunk first(
            CompletionIdentity identity, Choice choice, @Nullable UsageField usage, List<Integer> promptTokenIds) {
        return of(identity, List.of(choice), usage, promptTokenIds);
    }

    /// The chunk after the last choice.
    public static ChatCompletionChunk ofUsage(CompletionIdentity identity, Usage usage) {
        return of(identity, List.of(), new UsageField(usage), null);
    }

    private static ChatCompletionChunk of(
            CompletionIdentity identity,
            List<Choice> choices,
            @Nullable UsageField usage,
            @Nullable List<Integer> promptTokenIds) {
        return new ChatCompletionChunk(
                identity.id(),
                identity.created(),
                identity.model(),
                identity.systemFingerprint(),
                choices,
                usage,
                promptTokenIds);
    }

    @JsonProperty
    public String object() {
        return "chat.completion.chunk";
    }

    /// The `usage` key of a client that asked for usage: null until it is known.
    public record UsageField(@JsonValue @Nullable Usage usage) {
        /// What a chunk before the last one says; null: no such field.
        public static @Nullable UsageField of(StreamOptions options, Usage usage) {
            if (options.continuousUsage()) {
                return new UsageField(usage);
            }
            return options.includeUsage() ? new UsageField(null) : null;
        }
    }

    /// @param logprobs null where there are none to tell
    /// @param finishReason null but in the last chunk of the choice
    /// @param stopReason absent but where a stop string or stop token of the client ended the choice
    /// @param tokenIds that the model has written since the last chunk; absent where they were not asked for
    @JsonPropertyOrder({"index", "delta", "logprobs", "finish_reason", "stop_reason", "token_ids"})
    public record Choice(
            int index,
            Delta delta,
            @Nullable ContentLogprobs logprobs,
            @Nullable FinishReason finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            StopReason stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Integer> tokenIds) {
        public Choice(int index, Delta delta) {
            this(index, delta, null, null, null, null);
        }

        /// @param logprobs of the tokens of the delta, null where they were not asked for
        public Choice(int index, Delta delta, @Nullable ContentLogprobs logprobs) {
            this(index, delta, logprobs, null, null, null);
        }

        /// The last chunk of a choice.
        public Choice(int index, FinishReason reason, @Nullable StopReason stopReason) {
            this(index, Delta.EMPTY, null, reason, stopReason, null);
        }

        public Choice withTokenIds(List<Integer> ids) {
            return new Choice(index, delta, logprobs, finishReason, stopReason, List.copyOf(ids));
        }
    }

    /// What is new. Keys with nothing new are absent.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"role", "content", "reasoning_content", "reasoning", "tool_calls"})
    public record Delta(
            @Nullable String role,
            @Nullable String content,
            @Nullable String reasoningContent,
            @Nullable List<ToolCallDelta> toolCalls) {
        public static final Delta EMPTY = new Delta(null, null, null, null);
        public static final Delta ROLE = new Delta("assistant", "", null, null);

        /// The role of an answer that will have calls instead of content.
        public static final Delta ROLE_WITHOUT_CONTENT = new Delta("assistant", null, null, null);

        public static Delta content(String text) {
            return new Delta(null, text, null, null);
        }

        public static Delta reasoning(String text) {
            return new Delta(null, null, text, null);
        }

        public static Delta toolCall(ToolCallDelta call) {
            return new Delta(null, null, null, List.of(call));
        }

        /// The same text by the other name that clients know it by.
        @JsonProperty
        public @Nullable String reasoning() {
            return reasoningContent;
        }
    }

    /// What is new of a call. Clients join what they get twice, so id, type and name come once.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"index", "id", "type", "function"})
    public record ToolCallDelta(
            int index, @Nullable String id, @Nullable String type, FunctionDelta function) {
        /// A new call.
        public static ToolCallDelta started(int index, String id, String name) {
            return new ToolCallDelta(index, id, "function", new FunctionDelta(name, ""));
        }

        public static ToolCallDelta arguments(int index, String text) {
            return new ToolCallDelta(index, null, null, new FunctionDelta(null, text));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonPropertyOrder({"name", "arguments"})
    public record FunctionDelta(@Nullable String name, String arguments) {}
}
