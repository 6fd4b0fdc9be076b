package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonValue;

/// What of the client's stop options ended a choice: vLLM's `stop_reason`.
public sealed interface StopReason {
    record Text(@JsonValue String text) implements StopReason {}

    record Token(@JsonValue int id) implements StopReason {}
}
