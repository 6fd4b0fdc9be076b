package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How far a response or an item of it has come.
enum Status {
    IN_PROGRESS,
    COMPLETED,
    /// Cut by the token limit.
    INCOMPLETE,
    FAILED;

    /// As clients see it.
    @JsonValue
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
