package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
    private final SchemaRewriter rewriter;
    private final SchemaOverlap overlap = new SchemaOverlap(this);
    private final SchemaMembers members;
    private int nesting;

    SchemaMerger(SchemaReader reader, SchemaMatcher matcher, Rules rules) {
        this.reader = reader;
        members = new SchemaMembers(matcher);
        this.algebra = rules.algebra();
        this.rewriter = new SchemaRewriter(new SchemaNegation(reader, rules));
    }

    SchemaOverlap overlap() {
        return overlap;
    }

    SchemaRewriter rewriter() {
        return rewriter;
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

    /// Whether a schema has to be [#resolved] before it can be written.
    static boolean isUnresolved(JsonNode schema) {
        return schema.has("$ref")
                || schema.has("allOf")
                || schema.has("unevaluatedProperties")
                || SchemaRewriter.concerns(schema);
    }

    /// A schema of plain keywords and at most one list of alternatives.
    JsonNode resolved(JsonNode schema) {
        if (schema.isBoolean()) {
            return schema;
        }
        SchemaReader.requireSupported(schema);
        ObjectNode rest = withoutAnnotations(schema);
        if (!isUnresolved(rest)) {
            return rest;
        }
        JsonNode reference = rest.remove("$ref");
        JsonNode parts = rest.remove("allOf");
        JsonNode unevaluated = rest.remove("unevaluatedProperties");
        List<JsonNode> conditions = rewriter.extract(rest);
        JsonNode merged = rest;
        if (reference != null) {
            merged = merge(merged, reader.resolve(reference));
        }
        if (parts != null) {
            for (JsonNode part : parts) {
                merged = merge(merged, part);
            }
        }
        if (unevaluated != null) {
            merged = evaluated(merged, unevaluated, !conditions.isEmpty());
        }
        for (JsonNode condition : conditions) {
            merged = merge(merged, condition);
        }
        return merged;
    }

    /// Where no alternatives have their own say, properties that nobody evaluates are those that nobody declares.
    private static JsonNode evaluated(JsonNode schema, JsonNode unevaluated, boolean conditional) {
        if (schema.isBoolean()) {
            return schema;
        }
        if (conditional || schema.has("anyOf") || schema.has("oneOf")) {
            throw Refusal.because(
                    "\"unevaluatedProperties\" is supported beside \"$ref\" and \"allOf\" only, not beside"
                            + " alternatives, conditions and dependencies.");
        }
        if (schema.has("additionalProperties")) {
            return schema;
        }
        return ((ObjectNode) schema.deepCopy()).set("additionalProperties", unevaluated);
    }

    private JsonNode mergeResolved(JsonNode left, JsonNode right) {
        if (left.isBoolean() || right.isBoolean()) {
            JsonNode decisive = left.isBoolean() ? left : right;
            JsonNode other = left.isBoolean() ? right : left;
            return decisive.asBoolean() ? other : decisive;
        }
        ObjectNode merged = NODES.objectNode();
        merged.setAll((ObjectNode) left);
        if (left.has("oneOf") && right.has("oneOf")) {
            return mergeResolved(withoutExclusion(left), withoutExclusion(right));
        }
        for (Map.Entry<String, JsonNode> keyword : right.properties()) {
            String name = keyword.getKey();
            JsonNode value = keyword.getValue();
            if (!left.has(name)) {
                merged.set(name, value);
            } else if (!left.path(name).equals(value)) {
                merged.set(name, both(name, left.path(name), value));
            }
        }
        if (left.has("const") && right.has("const") && !SchemaMatcher.same(left.path("const"), right.path("const"))) {
            return BooleanNode.FALSE;
        }
        members.merge(left, right, merged);
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
            case "const" -> left;
            case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" ->
                left.decimalValue().compareTo(right.decimalValue()) > 0 ? left : right;
            case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" ->
                left.decimalValue().compareTo(right.decimalValue()) < 0 ? left : right;
            case "anyOf" -> product(left, right);
            // Merged below, where the keywords beside them are at hand.
            case "properties",
                    "patternProperties",
                    SchemaReader.UNDECLARED,
                    "additionalProperties",
                    "items",
                    "prefixItems" -> left;
            case "pattern", "multipleOf", SchemaReader.NOT_PATTERN, SchemaReader.EXCLUDED -> values(left, right);
            case "uniqueItems" -> BooleanNode.TRUE;
            case "propertyNames" -> conjunction(left, right);
            default -> throw Refusal.because("Two different \"" + keyword + "\" cannot be made to hold together.");
        };
    }

    /// Of keywords that must hold for each of several values.
    private static ArrayNode values(JsonNode left, JsonNode right) {
        ArrayNode all = NODES.arrayNode();
        for (JsonNode side : List.of(left, right)) {
            if (side.isArray()) {
                side.forEach(all::add);
            } else {
                all.add(side);
            }
        }
        return all;
    }

    /// With alternatives of which any may hold instead of exactly one.
    private JsonNode withoutExclusion(JsonNode schema) {
        ObjectNode rest = ((ObjectNode) schema).deepCopy();
        List<JsonNode> alternatives = new ArrayList<>();
        rest.remove("oneOf").forEach(alternatives::add);
        JsonNode any = SchemaNegation.anyOf(rewriter.exclusive(alternatives, overlap));
        return rest.isEmpty() ? resolved(any) : merge(rest, any);
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
    static JsonNode conjunction(JsonNode left, JsonNode right) {
        if (left.equals(right) || right.equals(BooleanNode.TRUE)) {
            return left;
        }
        if (left.equals(BooleanNode.TRUE)) {
            return right;
        }
        return NODES.objectNode().set("allOf", NODES.arrayNode().add(left).add(right));
    }
}
