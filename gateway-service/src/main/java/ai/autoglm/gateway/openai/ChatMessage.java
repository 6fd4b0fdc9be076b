package ai.autoglm.gateway.openai;

import java.util.List;

/// One message of a conversation, by role. `developer` is read as system.
public sealed interface ChatMessage {
    List<ContentPart> content();

    record SystemMessage(List<ContentPart> content) implements ChatMessage {
        public SystemMessage {
            content = List.copyOf(content);
        }
    }

    record UserMessage(List<ContentPart> content) implements ChatMessage {
        public UserMessage {
            content = List.copyOf(content);
        }
    }

    record AssistantMessage(List<ContentPart> content) implements ChatMessage {
        public AssistantMessage {
            content = List.copyOf(content);
        }
    }

    /// The result of a tool call.
    record ToolMessage(String toolCallId, List<ContentPart> content) implements ChatMessage {
        public ToolMessage {
            content = List.copyOf(content);
        }
    }
}
