package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// Why an answer ended.
public enum FinishReason {
    /// The model, a stop string or a stop token ended it.
    STOP,
    /// The token limit or the end of the context cut it.
    LENGTH,
    /// The model has called a tool.
    TOOL_CALLS;

    /// As clients see it.
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
