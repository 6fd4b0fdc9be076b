package ai.autoglm.gateway.openai;

import java.util.List;

/// A request, and what of its body nobody knew.
///
/// @param ignoredFields paths of unknown fields of the body and of its messages, for a metric
public record ParsedChatRequest(ChatRequest request, List<String> ignoredFields) {
    public ParsedChatRequest {
        ignoredFields = List.copyOf(ignoredFields);
    }
}
