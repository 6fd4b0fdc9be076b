package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// What a schema says of numbers.
final class SchemaNumbers {
    private final JsonTexts json;
    private final JsonNumbers numbers;

    SchemaNumbers(JsonTexts json, Algebra algebra) {
        this.json = json;
        numbers = new JsonNumbers(algebra);
    }

    Automaton integers(ObjectNode schema) {
        return numbers.constrained(numbers.integers(min(schema), max(schema)), schema);
    }

    Automaton numbers(ObjectNode schema) {
        JsonNumbers.Bound min = min(schema);
        JsonNumbers.Bound max = max(schema);
        boolean any = min == null && max == null && !schema.has("multipleOf") && !schema.has(SchemaReader.EXCLUDED);
        return any ? json.number() : numbers.constrained(numbers.decimals(min, max), schema);
    }

    private static JsonNumbers.@Nullable Bound min(ObjectNode schema) {
        JsonNumbers.Bound inclusive = bound(schema, "minimum", false);
        JsonNumbers.Bound exclusive = bound(schema, "exclusiveMinimum", true);
        if (inclusive == null || exclusive == null) {
            return inclusive == null ? exclusive : inclusive;
        }
        return exclusive.value().compareTo(inclusive.value()) >= 0 ? exclusive : inclusive;
    }

    private static JsonNumbers.@Nullable Bound max(ObjectNode schema) {
        JsonNumbers.Bound inclusive = bound(schema, "maximum", false);
        JsonNumbers.Bound exclusive = bound(schema, "exclusiveMaximum", true);
        if (inclusive == null || exclusive == null) {
            return inclusive == null ? exclusive : inclusive;
        }
        return exclusive.value().compareTo(inclusive.value()) <= 0 ? exclusive : inclusive;
    }

    private static JsonNumbers.@Nullable Bound bound(ObjectNode schema, String keyword, boolean exclusive) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isNumber()) {
            throw Refusal.because("\"" + keyword + "\" must be a number.");
        }
        BigDecimal decimal = value.decimalValue();
        return new JsonNumbers.Bound(decimal, exclusive);
    }
}
