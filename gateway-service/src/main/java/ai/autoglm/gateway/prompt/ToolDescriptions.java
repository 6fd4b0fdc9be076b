package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ChatMessage.SystemMessage;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.gateway.openai.Tool;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/// Tells the model in the system text which tools it may call, as GLM-4 was taught to read it. Source: MODEL_SPEC C.5
/// (a), API D6.
final class ToolDescriptions {
    private static final String HEADER = "# 可用工具";
    private static final String CLOSING = "在调用上述函数时，请使用 Json 格式表示调用的参数。";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// As Python's `json.dumps(…, indent=4)`, which wrote what the model has seen.
    private static final ObjectWriter INDENTED = JSON.writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("    ", "\n"))
            .withArrayIndenter(new DefaultIndenter("    ", "\n")));

    private ToolDescriptions() {}

    /// The messages with the tools at the end of the first system text, or before all of them where there is none.
    static List<ChatMessage> addTo(List<ChatMessage> messages, List<Tool> tools) {
        if (tools.isEmpty()) {
            return messages;
        }
        List<ChatMessage> described = new ArrayList<>(messages);
        if (messages.getFirst() instanceof SystemMessage(List<ContentPart> content)) {
            List<ContentPart> parts = new ArrayList<>(content);
            parts.add(new ContentPart.Text("\n\n" + text(tools)));
            described.set(0, new SystemMessage(parts));
        } else {
            described.addFirst(new SystemMessage(List.of(new ContentPart.Text(text(tools)))));
        }
        return described;
    }

    private static String text(List<Tool> tools) {
        StringBuilder text = new StringBuilder(HEADER);
        for (Tool tool : tools) {
            text.append("\n\n## ").append(tool.name());
            text.append("\n\n").append(indented(tool.definition()));
            text.append("\n").append(CLOSING);
        }
        return text.toString();
    }

    private static String indented(String json) {
        try {
            return INDENTED.writeValueAsString(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a tool's definition is JSON", e);
        }
    }
}
