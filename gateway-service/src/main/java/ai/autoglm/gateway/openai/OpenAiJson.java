package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/// Writes bodies as clients expect them: compact, keys in snake case, text unescaped where JSON allows it.
public final class OpenAiJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final ObjectWriter WRITER = MAPPER.writer();

    private OpenAiJson() {}

    /// A mapper that names and leaves out keys as they are written here.
    public static JsonMapper mapper() {
        return MAPPER.copy();
    }

    /// One line of JSON.
    public static String write(Object body) {
        try {
            return WRITER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
