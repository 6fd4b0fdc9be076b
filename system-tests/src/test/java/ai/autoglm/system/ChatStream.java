package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A streamed answer, read to its end.
///
/// @param chunks without the closing `[DONE]`
record ChatStream(List<JsonNode> chunks) {
    private static final String DATA = "data: ";

    ChatStream {
        chunks = List.copyOf(chunks);
    }

    /// Reads events that are exactly `data: {json}` and an empty line, the last of them `data: [DONE]`.
    static ChatStream parse(String text) {
        List<JsonNode> chunks = new ArrayList<>();
        List<String> events = List.of(text.split("\n\n", -1));
        if (!events.getLast().isEmpty() || !events.get(events.size() - 2).equals(DATA + "[DONE]")) {
            throw new AssertionError("the stream does not end with [DONE]: " + text);
        }
        for (String event : events.subList(0, events.size() - 2)) {
            if (event.startsWith(":")) {
                continue;
            }
            if (!event.startsWith(DATA) || event.contains("\n") || event.contains("\r")) {
                throw new AssertionError("not an event of one line of data: " + event);
            }
            chunks.add(Json.read(event.substring(DATA.length())));
        }
        if (chunks.isEmpty()) {
            throw new AssertionError("a stream without events: " + text);
        }
        return new ChatStream(chunks);
    }

    String content() {
        return joined("content");
    }

    String reasoning() {
        return joined("reasoning_content");
    }

    List<String> roles() {
        return values("role");
    }

    List<String> finishReasons() {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/finish_reason"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }

    /// The usage that came with a chunk without choices.
    JsonNode usage() {
        JsonNode last = chunks.getLast();
        if (!last.path("choices").isEmpty()) {
            throw new AssertionError("the last chunk has choices: " + last);
        }
        return last.path("usage");
    }

    private String joined(String field) {
        return values(field).stream().collect(Collectors.joining());
    }

    private List<String> values(String field) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta").path(field))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }
}
