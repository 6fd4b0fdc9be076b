package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/// Why a streamed response ends half-way.
@JsonPropertyOrder({"type", "sequence_number", "code", "message", "param"})
record ErrorEvent(
        int sequenceNumber,
        @Nullable String code,
        String message,
        @Nullable String param) {
    @JsonProperty
    String type() {
        return "error";
    }
}
