package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Makes one schema of two that must both hold.
final class SchemaMerger {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_NESTING = 60;
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "example",
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$anchor");

    private final SchemaReader reader;
    private final Algebra algebra;
    private int nesting;

    SchemaMerger(SchemaReader reader, Algebra algebra) {
        this.reader = reader;
        this.algebra = algebra;
    }

    /// A schema without what constrains nothing.
    static ObjectNode withoutAnnotations(JsonNode schema) {
        ObjectNode constraints = ((ObjectNode) schema).objectNode();
        schema.properties().forEach(keyword -> {
            if (!ANNOTATIONS.contains(keyword.getKey())) {
                constraints.set(keyword.getKey(), keyword.getValue());
            }
        });
        return constraints;
    }

    /// A schema whose values are those of both.
    JsonNode merge(JsonNode left, JsonNode right) {
        algebra.checkTime();
        if (++nesting > MAX_NESTING) {
            throw Refusal.because("Schemas that must hold together are nested deeper than " + MAX_NESTING + " levels.");
        }
        try {
            return mergeResolved(resolved(left), resolved(right));
        } finally {
            nesting--;
        }
    }

    /// A schema that begins with neither `$ref` nor `allOf`.
    JsonNode resolved(JsonNode schema) {
        if (schema.isBoolean()) {
            return schema;
        }
        SchemaReader.requireSupported(schema);
        if (!schema.has("$ref") && !schema.has("allOf")) {
            return withoutAnnotations(schema);
        }
        ObjectNode rest = withoutAnnotations(schema);
        JsonNode reference = rest.remove("$ref");
        JsonNode parts = rest.remove("allOf");
        JsonNode merged = rest;
        if (reference != null) {
            merged = merge(merged, reader.resolve(reference));
        }
        if (parts != null) {
            for (JsonNode part : parts) {
                merged = merge(merged, part);
            }
        }
        return merged;
    }

    private JsonNode mergeResolved(JsonNode left, JsonNode right) {
        if (left.isBoolean() || right.isBoolean()) {
            JsonNode decisive = left.isBoolean() ? left : right;
            JsonNode other = left.isBoolean() ? right : left;
            return decisive.asBoolean() ? other : decisive;
        }
        ObjectNode merged = NODES.objectNode();
        merged.setAll((ObjectNode) left);
        for (Map.Entry<String, JsonNode> keyword : right.properties()) {
            String name = keyword.getKey();
            JsonNode value = keyword.getValue();
            if (!left.has(name)) {
                merged.set(name, value);
            } else if (!left.path(name).equals(value)) {
                merged.set(name, both(name, left.path(name), value));
            }
        }
        mergeObjects(left, right, merged);
        mergeArrays(left, right, merged);
        boolean impossible =
                merged.path("type").isArray() && merged.path("type").isEmpty();
        return impossible ? BooleanNode.FALSE : merged;
    }

    private JsonNode both(String keyword, JsonNode left, JsonNode right) {
        return switch (keyword) {
            case "type" -> commonTypes(left, right);
            case "required" -> union(left, right);
            case "enum" -> commonValues(left, right);
            case "const" -> throw Refusal.because("Two different \"const\" can never hold together.");
            case "minimum", "exclusiveMinimum" ->
                left.decimalValue().compareTo(right.decimalValue()) > 0 ? left : right;
            case "minLength", "minItems" -> left.asInt() > right.asInt() ? left : right;
            case "maximum", "exclusiveMaximum" ->
                left.decimalValue().compareTo(right.decimalValue()) < 0 ? left : right;
            case "maxLength", "maxItems" -> left.asInt() < right.asInt() ? left : right;
            case "anyOf" -> product(left, right);
            // Merged below, where the keywords beside them are at hand.
            case "properties", "additionalProperties", "items", "prefixItems" -> left;
            default -> throw Refusal.because("Two different \"" + keyword + "\" cannot be made to hold together.");
        };
    }

    private static JsonNode commonTypes(JsonNode left, JsonNode right) {
        ObjectNode holder = NODES.objectNode();
        Set<String> leftTypes = SchemaTypes.declared(holder.<ObjectNode>set("type", left));
        Set<String> rightTypes = SchemaTypes.declared(holder.<ObjectNode>set("type", right));
        ArrayNode common = NODES.arrayNode();
        if (leftTypes != null && rightTypes != null) {
            SchemaTypes.common(leftTypes, rightTypes).forEach(common::add);
        }
        return common;
    }

    private static ArrayNode union(JsonNode left, JsonNode right) {
        Set<JsonNode> all = new LinkedHashSet<>();
        left.forEach(all::add);
        right.forEach(all::add);
        return NODES.arrayNode().addAll(all);
    }

    private static ArrayNode commonValues(JsonNode left, JsonNode right) {
        Set<JsonNode> values = new LinkedHashSet<>();
        right.forEach(values::add);
        ArrayNode common = NODES.arrayNode();
        left.forEach(value -> {
            if (values.contains(value)) {
                common.add(value);
            }
        });
        return common;
    }

    private ArrayNode product(JsonNode left, JsonNode right) {
        ArrayNode alternatives = NODES.arrayNode();
        for (JsonNode one : left) {
            for (JsonNode other : right) {
                alternatives.add(merge(one, other));
            }
        }
        return alternatives;
    }

    /// A property that one schema does not declare is what its `additionalProperties` says.
    private void mergeObjects(JsonNode left, JsonNode right, ObjectNode merged) {
        if (!left.has("properties") && !right.has("properties") && !merged.has("additionalProperties")) {
            return;
        }
        ObjectNode properties = NODES.objectNode();
        Set<String> names = new LinkedHashSet<>();
        left.path("properties").fieldNames().forEachRemaining(names::add);
        right.path("properties").fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            properties.set(name, conjunction(property(left, name), property(right, name)));
        }
        if (!names.isEmpty()) {
            merged.set("properties", properties);
        }
        if (left.has("additionalProperties") && right.has("additionalProperties")) {
            merged.set(
                    "additionalProperties",
                    conjunction(left.path("additionalProperties"), right.path("additionalProperties")));
        }
    }

    private static JsonNode property(JsonNode schema, String name) {
        JsonNode declared = schema.path("properties").path(name);
        JsonNode property = declared.isMissingNode() ? schema.path("additionalProperties") : declared;
        return property.isMissingNode() ? BooleanNode.TRUE : property;
    }

    private void mergeArrays(JsonNode left, JsonNode right, ObjectNode merged) {
        ArrayNode prefix = NODES.arrayNode();
        int length = Math.max(
                left.path("prefixItems").size(), right.path("prefixItems").size());
        for (int index = 0; index < length; index++) {
            prefix.add(conjunction(item(left, index), item(right, index)));
        }
        if (length > 0) {
            merged.set("prefixItems", prefix);
        }
        if (left.has("items") && right.has("items")) {
            merged.set("items", conjunction(left.path("items"), right.path("items")));
        }
    }

    private static JsonNode item(JsonNode schema, int index) {
        JsonNode prefix = schema.path("prefixItems").path(index);
        JsonNode item = prefix.isMissingNode() ? schema.path("items") : prefix;
        return item.isMissingNode() ? BooleanNode.TRUE : item;
    }

    /// Merged later, when it is compiled: schemas may be recursive.
    private static JsonNode conjunction(JsonNode left, JsonNode right) {
        if (left.equals(right) || right.equals(BooleanNode.TRUE)) {
            return left;
        }
        if (left.equals(BooleanNode.TRUE)) {
            return right;
        }
        return NODES.objectNode().set("allOf", NODES.arrayNode().add(left).add(right));
    }
}
