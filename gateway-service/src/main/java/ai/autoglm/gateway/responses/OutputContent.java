package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/// A piece of an item's content.
sealed interface OutputContent {
    @JsonProperty
    String type();

    @JsonPropertyOrder({"type", "text", "annotations", "logprobs"})
    record OutputText(String text) implements OutputContent {
        @Override
        public String type() {
            return "output_text";
        }

        /// The model cites nothing, but clients require the key.
        @JsonProperty
        List<String> annotations() {
            return List.of();
        }

        /// Not offered here, but clients require the key.
        @JsonProperty
        List<String> logprobs() {
            return List.of();
        }
    }

    @JsonPropertyOrder({"type", "text"})
    record ReasoningText(String text) implements OutputContent {
        @Override
        public String type() {
            return "reasoning_text";
        }
    }
}
