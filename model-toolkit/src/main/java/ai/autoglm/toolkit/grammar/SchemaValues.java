package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The values of a schema, where they are few: constants, lists of them, booleans, short ranges of whole numbers.
final class SchemaValues {
    static final int MAX_VALUES = 1_000;

    private final SchemaMerger merger;
    private final SchemaMatcher matcher;

    SchemaValues(SchemaMerger merger, SchemaMatcher matcher) {
        this.merger = merger;
        this.matcher = matcher;
    }

    /// Each once; absent where they are not few.
    Optional<List<JsonNode>> of(JsonNode schema) {
        JsonNode resolved = merger.resolved(schema);
        if (resolved.isBoolean()) {
            return resolved.asBoolean() ? Optional.empty() : Optional.of(List.of());
        }
        if (resolved.has("anyOf")) {
            return all(resolved.path("anyOf"), resolved);
        }
        return resolved.has("enum")
                ? Optional.of(listed((ObjectNode) resolved))
                : candidates(resolved).map(values -> distinct(values, resolved));
    }

    /// The values that a schema lists, where they match the rest of it, each once.
    List<JsonNode> listed(ObjectNode schema) {
        if (!schema.has("enum")) {
            return distinct(List.of(schema.path("const")), schema);
        }
        ObjectNode rest = schema.objectNode().setAll(schema);
        List<JsonNode> values = new ArrayList<>();
        rest.remove("enum").forEach(values::add);
        return distinct(values, rest);
    }

    /// Those that match a schema, each once.
    List<JsonNode> distinct(List<JsonNode> values, JsonNode schema) {
        Set<JsonNode> seen = new HashSet<>();
        return values.stream()
                .filter(value -> matcher.matches(value, schema) && seen.add(SchemaMatcher.canonical(value)))
                .toList();
    }

    private Optional<List<JsonNode>> all(JsonNode alternatives, JsonNode schema) {
        List<JsonNode> values = new ArrayList<>();
        for (JsonNode alternative : alternatives) {
            Optional<List<JsonNode>> some = of(alternative);
            if (some.isEmpty()) {
                return Optional.empty();
            }
            values.addAll(some.get());
        }
        return Optional.of(distinct(values, schema));
    }

    private static Optional<List<JsonNode>> candidates(JsonNode schema) {
        List<JsonNode> values = new ArrayList<>();
        if (schema.has("const")) {
            return Optional.of(List.of(schema.path("const")));
        }
        Set<String> types = SchemaTypes.written(schema);
        if (types.isEmpty()) {
            return Optional.empty();
        }
        for (String type : types) {
            switch (type) {
                case "boolean" -> values.addAll(List.of(BooleanNode.TRUE, BooleanNode.FALSE));
                case "null" -> values.add(NullNode.getInstance());
                case "integer" -> {
                    if (!addRange(schema, values)) {
                        return Optional.empty();
                    }
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(values);
    }

    private static boolean addRange(JsonNode schema, List<JsonNode> values) {
        JsonNode min = schema.has("minimum") ? schema.path("minimum") : schema.path("exclusiveMinimum");
        JsonNode max = schema.has("maximum") ? schema.path("maximum") : schema.path("exclusiveMaximum");
        if (!min.isNumber() || !max.isNumber()) {
            return false;
        }
        BigDecimal first = min.decimalValue().setScale(0, RoundingMode.CEILING);
        BigDecimal last = max.decimalValue().setScale(0, RoundingMode.FLOOR);
        if (last.subtract(first).compareTo(BigDecimal.valueOf(MAX_VALUES)) > 0) {
            return false;
        }
        for (BigDecimal value = first; value.compareTo(last) <= 0; value = value.add(BigDecimal.ONE)) {
            values.add(DecimalNode.valueOf(value));
        }
        return true;
    }
}
