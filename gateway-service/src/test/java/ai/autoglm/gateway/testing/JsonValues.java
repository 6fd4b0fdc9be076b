package ai.autoglm.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// What an array of an answer holds.
public final class JsonValues {
    private JsonValues() {}

    public static List<Integer> integers(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }
}
