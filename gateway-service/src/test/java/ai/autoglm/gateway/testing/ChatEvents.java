package ai.autoglm.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The events of a stream that came to its end, as a client reads them.
public final class ChatEvents {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DATA = "data: ";

    private ChatEvents() {}

    public static List<JsonNode> chunks(String body) throws IOException {
        assertThat(body).endsWith("data: [DONE]\n\n");
        List<JsonNode> chunks = new ArrayList<>();
        for (String line : body.lines().toList()) {
            if (line.startsWith(DATA + "{")) {
                chunks.add(JSON.readTree(line.substring(DATA.length())));
            }
        }
        assertThat(chunks).as("events before [DONE]").isNotEmpty();
        return chunks;
    }

    /// The choices of all chunks, as they come.
    public static List<JsonNode> choices(String body) throws IOException {
        List<JsonNode> choices = new ArrayList<>();
        chunks(body).forEach(chunk -> chunk.path("choices").forEach(choices::add));
        return choices;
    }
}
