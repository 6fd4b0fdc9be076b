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

    /// @param content empty only where there are tool calls
    record AssistantMessage(List<ContentPart> content, List<ToolCall> toolCalls) implements ChatMessage {
        public AssistantMessage {
            content = List.copyOf(content);
            toolCalls = List.copyOf(toolCalls);
        }

        public AssistantMessage(List<ContentPart> content) {
            this(content, List.of());
        }
    }

    /// A call that an earlier answer made.
    ///
    /// @param arguments JSON text, as the model wrote it
    record ToolCall(String id, String name, String arguments) {}

    /// The result of a tool call. Its id is that of a call in the assistant message before.
    record ToolMessage(String toolCallId, List<ContentPart> content) implements ChatMessage {
        public ToolMessage {
            content = List.copyOf(content);
        }
    }
}
