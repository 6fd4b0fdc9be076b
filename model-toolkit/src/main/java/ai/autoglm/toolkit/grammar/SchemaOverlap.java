package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Proves that no value that is written for one schema matches another one, as `oneOf` needs it.
final class SchemaOverlap {
    private static final int MAX_NESTING = 8;

    private final SchemaMerger merger;

    SchemaOverlap(SchemaMerger merger) {
        this.merger = merger;
    }

    /// Whether that is certain in both directions.
    boolean areDisjoint(JsonNode left, JsonNode right) {
        return excludes(left, right, 0) && excludes(right, left, 0);
    }

    /// Whether no value written for `source` matches `other`.
    private boolean excludes(JsonNode source, JsonNode other, int nesting) {
        if (nesting > MAX_NESTING) {
            return false;
        }
        JsonNode written = merger.resolved(source);
        JsonNode tested = merger.resolved(other);
        if (written.isBoolean() || tested.isBoolean()) {
            return SchemaNegation.isFalse(written) || SchemaNegation.isFalse(tested);
        }
        List<JsonNode> values = values(written);
        Set<String> accepted = SchemaTypes.declared(tested);
        if (values != null) {
            List<JsonNode> others = values(tested);
            return values.stream()
                    .allMatch(value -> (accepted != null && !SchemaTypes.includes(accepted, SchemaTypes.of(value)))
                            || (others != null
                                    && others.stream().noneMatch(candidate -> SchemaMatcher.same(candidate, value))));
        }
        Set<String> types = SchemaTypes.written(written);
        if (types.isEmpty()) {
            return false;
        }
        boolean sharesType = accepted == null
                || types.stream()
                        .anyMatch(type -> SchemaTypes.includes(accepted, type)
                                || (type.equals("number") && accepted.contains("integer")));
        return !sharesType || (types.equals(Set.of("object")) && objectsExclude(written, tested, nesting));
    }

    private boolean objectsExclude(JsonNode written, JsonNode tested, int nesting) {
        for (JsonNode required : tested.path("required")) {
            if (!canHold(written, required.asText())) {
                return true;
            }
        }
        for (JsonNode required : written.path("required")) {
            String name = required.asText();
            JsonNode expected = tested.path("properties").path(name);
            JsonNode actual = written.path("properties").path(name);
            boolean excluded = expected.isMissingNode()
                    ? SchemaNegation.isFalse(tested.path("additionalProperties")) && !SchemaMembers.hasPatterns(tested)
                    : !actual.isMissingNode() && excludes(actual, expected, nesting + 1);
            if (excluded) {
                return true;
            }
        }
        return false;
    }

    private static boolean canHold(JsonNode schema, String name) {
        return schema.path("properties").has(name)
                || SchemaMembers.hasPatterns(schema)
                || SchemaObjects.additionalProperties(schema).isPresent();
    }

    private static @Nullable List<JsonNode> values(JsonNode schema) {
        if (schema.has("const")) {
            return List.of(schema.path("const"));
        }
        if (!schema.has("enum")) {
            return null;
        }
        List<JsonNode> values = new ArrayList<>();
        schema.path("enum").forEach(values::add);
        return values;
    }
}
