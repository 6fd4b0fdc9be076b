package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.chattemplate.PromptPiece.ClientText;
import ai.autoglm.toolkit.chattemplate.PromptPiece.Literal;
import ai.autoglm.toolkit.chattemplate.PromptPiece.MediaPlaceholder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A conversation as the template sees it, with sentinels for client strings, and what is to stand in their places.
final class TemplateInput {
    /// A place in the rendered text, in the order in which the template has to write them.
    ///
    /// @param sentinel the stand-in, or null for a medium whose placeholder token the template writes itself
    record Slot(@Nullable String sentinel, int turnIndex, List<PromptPiece> pieces) {
        Slot {
            pieces = List.copyOf(pieces);
        }
    }

    private final TemplateSettings settings;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, Object> variables = new HashMap<>();

    TemplateInput(Conversation conversation, TemplateSettings settings) {
        this.settings = settings;
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int turn = 0; turn < conversation.turns().size(); turn++) {
            Turn content = conversation.turns().get(turn);
            messages.add(Map.of("role", content.role().templateName(), "content", content(turn, content)));
        }
        variables.put("messages", messages);
        variables.put("add_generation_prompt", conversation.addGenerationPrompt());
        putIfPresent("enable_thinking", conversation.enableThinking());
        putIfPresent("bos_token", settings.bosToken());
        putIfPresent("eos_token", settings.eosToken());
    }

    Map<String, Object> variables() {
        return variables;
    }

    List<Slot> slots() {
        return slots;
    }

    private void putIfPresent(String name, @Nullable Object value) {
        if (value != null) {
            variables.put(name, value);
        }
    }

    private Object content(int turn, Turn content) {
        if (settings.contentFormat() == ContentFormat.STRING) {
            return joined(turn, content);
        }
        // Only users' content may be a list in the templates' eyes, and one text is the same as a string.
        boolean list = content.role() == Role.USER && (content.parts().size() != 1 || hasMedia(content));
        return list ? list(turn, content) : concatenated(turn, content);
    }

    private static boolean hasMedia(Turn content) {
        return content.parts().stream().anyMatch(ContentPart.Media.class::isInstance);
    }

    private List<Map<String, Object>> list(int turn, Turn content) {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (int part = 0; part < content.parts().size(); part++) {
            switch (content.parts().get(part)) {
                case ContentPart.Text(String text) ->
                    parts.add(Map.of("type", "text", "text", text(turn, part, text, content.role())));
                case ContentPart.Media(MediaKind kind) -> {
                    settings.markers(kind);
                    slots.add(new Slot(null, turn, List.of(new MediaPlaceholder(turn, part, kind))));
                    parts.add(Map.of("type", kind.templateName()));
                }
            }
        }
        return parts;
    }

    private String concatenated(int turn, Turn content) {
        return String.join("", texts(turn, content));
    }

    private String joined(int turn, Turn content) {
        List<String> lines = new ArrayList<>();
        for (int part = 0; part < content.parts().size(); part++) {
            if (content.parts().get(part) instanceof ContentPart.Media(MediaKind kind)) {
                MediaMarkers markers = settings.markers(kind);
                lines.add(sentinel(
                        turn,
                        List.of(
                                new Literal(markers.begin()),
                                new MediaPlaceholder(turn, part, kind),
                                new Literal(markers.end()))));
            }
        }
        lines.addAll(texts(turn, content));
        return String.join("\n", lines);
    }

    private List<String> texts(int turn, Turn content) {
        List<String> texts = new ArrayList<>();
        for (int part = 0; part < content.parts().size(); part++) {
            if (content.parts().get(part) instanceof ContentPart.Text(String text)) {
                texts.add(text(turn, part, text, content.role()));
            }
        }
        return texts;
    }

    /// An empty text stays empty: templates ask whether there is any.
    private String text(int turn, int part, String text, Role role) {
        return text.isEmpty() ? "" : sentinel(turn, List.of(new ClientText(turn, part, text, role)));
    }

    private String sentinel(int turn, List<PromptPiece> pieces) {
        String sentinel = Sentinel.of(slots.size());
        slots.add(new Slot(sentinel, turn, pieces));
        return sentinel;
    }
}
