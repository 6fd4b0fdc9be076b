package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.digest.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// What tells one conversation from another before a model has read it: the system text and the first user
/// message, of whichever endpoint. A body that is no good has a key too; its reader will say what is wrong.
public final class ConversationKey {
    /// Of a raw prompt: what follows differs with every request.
    private static final int PROMPT_LENGTH = 256;

    private final MessageDigest digest = Sha256.begin();

    private ConversationKey() {}

    public static ByteString of(JsonFields body) {
        ConversationKey key = new ConversationKey();
        key.addMessages(body.look("messages"));
        key.add(body.look("instructions"));
        JsonNode input = body.look("input");
        key.add(input.isArray() ? input.path(0) : input);
        JsonNode prompt = body.look("prompt");
        key.add(prompt.isArray() ? prompt.path(0) : prompt, PROMPT_LENGTH);
        return ByteString.copyFrom(key.digest.digest());
    }

    /// The model that a body asks for; empty where it names none.
    public static String modelName(JsonFields body) {
        JsonNode name = body.look("model");
        return (name.isTextual() ? name : body.look("extra_body").path("model")).asText("");
    }

    private void addMessages(JsonNode messages) {
        boolean userSeen = false;
        for (JsonNode message : messages) {
            boolean user = message.path("role").asText().equals("user");
            boolean system = message.path("role").asText().matches("system|developer");
            if (system || (user && !userSeen)) {
                addText(message.path("content"));
            }
            userSeen |= user;
        }
    }

    /// Media count where there is no text only: a phone agent drops old screenshots.
    private void addText(JsonNode content) {
        boolean hasText = false;
        for (JsonNode part : content) {
            JsonNode text = part.path("text");
            hasText |= !text.asText("").isEmpty();
            add(text);
        }
        if (!hasText) {
            add(content);
        }
    }

    private void add(JsonNode node) {
        add(node, Integer.MAX_VALUE);
    }

    private void add(JsonNode node, int maxLength) {
        if (node.isContainerNode()) {
            node.forEach(this::add);
        } else {
            String text = node.asText();
            digest.update(text.substring(0, Math.min(text.length(), maxLength)).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }
}
