package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ContentPart;
import ai.autoglm.toolkit.digest.Sha256;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/// What decides between decoders: the system text and the text of the first user message, or its media
/// where it has no text. A phone agent sends the same system text for every user and drops old
/// screenshots, so neither the first tokens nor the whole prompt would lead a conversation back to its
/// prefix cache. Source: ARCHITECTURE.md, step 6.
final class RoutingKey {
    private RoutingKey() {}

    static ByteString of(ChatRequest request, List<Medium> media) {
        MessageDigest digest = Sha256.begin();
        boolean userSeen = false;
        int mediumIndex = 0;
        for (ChatMessage message : request.messages()) {
            boolean counts = message instanceof ChatMessage.SystemMessage
                    || (message instanceof ChatMessage.UserMessage && !userSeen);
            userSeen |= message instanceof ChatMessage.UserMessage;
            boolean hasText = message.content().stream().anyMatch(RoutingKey::isText);
            for (ContentPart part : message.content()) {
                if (part instanceof ContentPart.Text(String text)) {
                    update(digest, counts, text.getBytes(StandardCharsets.UTF_8));
                } else {
                    update(
                            digest,
                            counts && !hasText,
                            media.get(mediumIndex).sha256().toByteArray());
                    mediumIndex++;
                }
            }
        }
        return ByteString.copyFrom(digest.digest());
    }

    private static boolean isText(ContentPart part) {
        return part instanceof ContentPart.Text(String text) && !text.isEmpty();
    }

    private static void update(MessageDigest digest, boolean counts, byte[] bytes) {
        if (counts) {
            digest.update(bytes);
            digest.update((byte) 0);
        }
    }
}
