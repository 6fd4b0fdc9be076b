package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Makes one of what two schemas say of the members of objects.
final class SchemaMembers {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final SchemaMatcher matcher;

    SchemaMembers(SchemaMatcher matcher) {
        this.matcher = matcher;
    }

    /// A property that one schema does not declare is what its patterns, else its `additionalProperties` say.
    void merge(JsonNode left, JsonNode right, ObjectNode merged) {
        boolean patterned = hasPatterns(left) || hasPatterns(right);
        if (!patterned && !left.has("properties") && !right.has("properties") && !merged.has("additionalProperties")) {
            return;
        }
        ObjectNode properties = NODES.objectNode();
        Set<String> names = new LinkedHashSet<>();
        left.path("properties").fieldNames().forEachRemaining(names::add);
        right.path("properties").fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            properties.set(name, SchemaMerger.conjunction(property(left, name), property(right, name)));
        }
        if (!names.isEmpty()) {
            merged.set("properties", properties);
        }
        if (patterned) {
            mergePatterns(left, right, merged);
        }
        if (left.has("additionalProperties") && right.has("additionalProperties")) {
            merged.set(
                    "additionalProperties",
                    SchemaMerger.conjunction(left.path("additionalProperties"), right.path("additionalProperties")));
        }
    }

    static boolean hasPatterns(JsonNode schema) {
        return schema.has("patternProperties") || schema.has(SchemaReader.UNDECLARED);
    }

    private JsonNode property(JsonNode schema, String name) {
        JsonNode property = BooleanNode.TRUE;
        for (JsonNode part : matcher.memberSchemas(name, schema)) {
            property = SchemaMerger.conjunction(property, part);
        }
        return property;
    }

    /// What declared properties have to match stands with them now, so that patterns are left for the others. A
    /// name for which only one side has a pattern is what the other says of additional properties.
    private static void mergePatterns(JsonNode left, JsonNode right, ObjectNode merged) {
        ObjectNode patterns = NODES.objectNode();
        Set<String> all = new LinkedHashSet<>();
        for (JsonNode side : List.of(left, right)) {
            side.path("patternProperties").fieldNames().forEachRemaining(all::add);
            side.path(SchemaReader.UNDECLARED).fieldNames().forEachRemaining(all::add);
        }
        for (String pattern : all) {
            patterns.set(pattern, SchemaMerger.conjunction(undeclared(left, pattern), undeclared(right, pattern)));
        }
        merged.remove("patternProperties");
        merged.set(SchemaReader.UNDECLARED, patterns);
    }

    private static JsonNode undeclared(JsonNode schema, String pattern) {
        JsonNode own = schema.path("patternProperties").path(pattern);
        JsonNode merged = schema.path(SchemaReader.UNDECLARED).path(pattern);
        if (own.isMissingNode() && merged.isMissingNode()) {
            JsonNode additional = schema.path("additionalProperties");
            return additional.isMissingNode() ? BooleanNode.TRUE : additional;
        }
        return SchemaMerger.conjunction(
                own.isMissingNode() ? BooleanNode.TRUE : own, merged.isMissingNode() ? BooleanNode.TRUE : merged);
    }
}
