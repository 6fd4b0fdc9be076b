package ai.autoglm.gateway.transcription;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/// One event of a streamed transcription.
sealed interface TranscriptEvent {
    @JsonProperty
    String type();

    @JsonPropertyOrder({"type", "delta"})
    record Delta(String delta) implements TranscriptEvent {
        @Override
        public String type() {
            return "transcript.text.delta";
        }
    }

    /// The last event, with the whole text.
    @JsonPropertyOrder({"type", "text", "usage"})
    record Done(String text, Transcription.TokenUsage usage) implements TranscriptEvent {
        @Override
        public String type() {
            return "transcript.text.done";
        }
    }
}
