package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/// One item of a response's output.
sealed interface OutputItem {
    @JsonProperty
    String type();

    /// What the model answers.
    @JsonPropertyOrder({"id", "type", "status", "role", "content"})
    record MessageItem(String id, Status status, List<OutputContent> content) implements OutputItem {
        public MessageItem {
            content = List.copyOf(content);
        }

        @Override
        public String type() {
            return "message";
        }

        @JsonProperty
        String role() {
            return "assistant";
        }
    }

    /// What the model thought before.
    @JsonPropertyOrder({"id", "type", "summary", "content", "status"})
    record ReasoningItem(String id, Status status, List<OutputContent> content) implements OutputItem {
        public ReasoningItem {
            content = List.copyOf(content);
        }

        @Override
        public String type() {
            return "reasoning";
        }

        /// Thoughts are told as they are, never summed up.
        @JsonProperty
        List<String> summary() {
            return List.of();
        }
    }

    /// A tool that the model calls.
    ///
    /// @param callId that the client gives back with the result
    /// @param arguments JSON text
    @JsonPropertyOrder({"id", "type", "status", "call_id", "name", "arguments"})
    record FunctionCallItem(String id, Status status, String callId, String name, String arguments)
            implements OutputItem {
        @Override
        public String type() {
            return "function_call";
        }
    }
}
