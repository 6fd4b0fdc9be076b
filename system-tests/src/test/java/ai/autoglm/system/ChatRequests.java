package ai.autoglm.system;

import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Bodies of chat requests.
final class ChatRequests {
    static final String MODEL = "autoglm-phone-9b";

    private ChatRequests() {}

    /// A request of one user message at temperature 0.
    static Map<String, Object> ask(Object... parts) {
        return chat(List.of(message("user", parts)));
    }

    /// A request at temperature 0.
    static Map<String, Object> chat(List<Map<String, Object>> messages) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("model", MODEL);
        request.put("messages", messages);
        request.put("temperature", 0);
        request.put("max_tokens", 96);
        return request;
    }

    /// @param parts texts, and parts made by [#image] and [#audio]; a single text is sent as a string
    static Map<String, Object> message(String role, Object... parts) {
        if (parts.length == 1 && parts[0] instanceof String text) {
            return Map.of("role", role, "content", text);
        }
        List<Object> content = Arrays.stream(parts)
                .map(part -> part instanceof String text ? Map.of("type", "text", "text", text) : part)
                .toList();
        return Map.of("role", role, "content", content);
    }

    static Map<String, Object> image(byte[] file) {
        return image("image/png", file);
    }

    static Map<String, Object> image(String mediaType, byte[] file) {
        return Map.of("type", "image_url", "image_url", Map.of("url", dataUrl(mediaType, file)));
    }

    /// @param format `wav` or `mp3`
    static Map<String, Object> audio(byte[] file, String format) {
        return Map.of("type", "input_audio", "input_audio", Map.of("data", base64(file), "format", format));
    }

    static String dataUrl(String mediaType, byte[] file) {
        return "data:" + mediaType + ";base64," + base64(file);
    }

    static String base64(byte[] file) {
        return Base64.getEncoder().encodeToString(file);
    }

    /// The request with one more field.
    static Map<String, Object> with(Map<String, Object> request, String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(request);
        more.put(field, value);
        return more;
    }
}
