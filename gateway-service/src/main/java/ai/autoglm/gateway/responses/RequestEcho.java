package ai.autoglm.gateway.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer repeats of its request.
///
/// @param reasoning null where the request has none
/// @param text null where the request has none
record RequestEcho(
        @Nullable String instructions,
        @Nullable Integer maxOutputTokens,
        boolean parallelToolCalls,
        JsonNode metadata,
        JsonNode toolChoice,
        List<JsonNode> tools,
        double temperature,
        double topP,
        @Nullable JsonNode reasoning,
        @Nullable JsonNode text) {
    RequestEcho {
        tools = List.copyOf(tools);
    }
}
