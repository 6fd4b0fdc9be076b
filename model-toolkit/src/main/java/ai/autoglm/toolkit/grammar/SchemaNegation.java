package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Schemas of values that do not match another one. A value fails a schema where it fails one of its keywords, so the
/// negation is a choice between negated keywords. Those that cannot be negated are left out of the choice: what is
/// written still fails the schema.
final class SchemaNegation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_NESTING = 24;
    private static final List<String> TYPES = List.of("object", "array", "string", "number", "boolean", "null");

    private final SchemaReader reader;
    private final Rules rules;
    private int nesting;

    SchemaNegation(SchemaReader reader, Rules rules) {
        this.rules = rules;
        this.reader = reader;
    }

    /// @throws ServingException INVALID_VALUE when none of its keywords can be negated
    JsonNode of(JsonNode schema) {
        if (schema.isBoolean()) {
            return BooleanNode.valueOf(!schema.asBoolean());
        }
        SchemaReader.requireSupported(schema);
        if (nesting == MAX_NESTING) {
            throw Refusal.because("\"not\" of schemas that contain themselves, or are nested deeper than " + MAX_NESTING
                    + " levels, is not supported.");
        }
        nesting++;
        try {
            return choice(schema);
        } finally {
            nesting--;
        }
    }

    private JsonNode choice(JsonNode schema) {
        List<JsonNode> alternatives = new ArrayList<>();
        Set<String> left = new TreeSet<>();
        schema.properties().forEach(keyword -> {
            try {
                alternatives.addAll(negated(schema, keyword.getKey(), keyword.getValue()));
            } catch (ServingException unsupported) {
                left.add(keyword.getKey());
            }
        });
        alternatives.removeIf(SchemaNegation::isFalse);
        if (alternatives.isEmpty() && !left.isEmpty()) {
            throw Refusal.because(
                    "\"not\" of \"" + String.join("\", \"", left) + "\" is not supported: say what is wanted instead.");
        }
        left.forEach(keyword -> rules.leaveOut("\"not\" of \"" + keyword + "\""));
        return anyOf(alternatives);
    }

    /// The ways to fail one keyword; none where every value keeps it.
    ///
    /// @throws ServingException when the keyword cannot be negated
    private List<JsonNode> negated(JsonNode schema, String keyword, JsonNode value) {
        return switch (keyword) {
            case "type" -> List.of(otherTypes(schema));
            case "const" -> List.of(except(NODES.arrayNode().add(value)));
            case "enum" -> List.of(except(value));
            case SchemaReader.EXCLUDED -> List.of(NODES.objectNode().set("enum", value));
            case "minimum" -> List.of(number("exclusiveMaximum", value));
            case "maximum" -> List.of(number("exclusiveMinimum", value));
            case "exclusiveMinimum" -> List.of(number("maximum", value));
            case "exclusiveMaximum" -> List.of(number("minimum", value));
            case "minLength" -> fewer(schema, keyword, "string", "maxLength");
            case "maxLength" -> more(schema, keyword, "string", "minLength");
            case "minItems" -> fewer(schema, keyword, "array", "maxItems");
            case "maxItems" -> more(schema, keyword, "array", "minItems");
            case "minProperties" -> fewer(schema, keyword, "object", "maxProperties");
            case "maxProperties" -> more(schema, keyword, "object", "minProperties");
            case "pattern" ->
                List.of(typed("string")
                        .set(SchemaReader.NOT_PATTERN, NODES.arrayNode().add(value)));
            case "required" -> missingProperties(value);
            case "properties" -> wrongProperties(value);
            case "prefixItems" -> wrongPrefix(value);
            case "items" -> wrongItem(schema, value);
            case "contains" -> containsNone(schema, value);
            case "anyOf", "oneOf" -> List.of(allOf(negations(value)));
            case "allOf" -> negations(value);
            case "not" -> List.of(value);
            case "if" -> wrongBranches(schema, value);
            case "$ref" -> List.of(of(reader.resolve(value)));
            case "dependentRequired" -> missingDependents(value);
            case "format",
                    "multipleOf",
                    "uniqueItems",
                    "additionalProperties",
                    "patternProperties",
                    "propertyNames",
                    "dependentSchemas",
                    "dependencies",
                    "unevaluatedProperties",
                    SchemaReader.UNDECLARED,
                    SchemaReader.NOT_PATTERN -> throw Refusal.because("It cannot be negated.");
            default -> List.of();
        };
    }

    private static JsonNode otherTypes(JsonNode schema) {
        Set<String> types = new LinkedHashSet<>(TYPES);
        Set<String> declared = SchemaTypes.declared(schema);
        if (declared != null) {
            types.removeAll(declared);
            if (declared.contains("integer")) {
                // Fractions would do, but have no name.
                types.remove("number");
            }
        }
        return types.isEmpty() ? BooleanNode.FALSE : types(types);
    }

    /// Values of types that no excluded object or array belongs to.
    private static JsonNode except(JsonNode values) {
        Set<String> types = new LinkedHashSet<>(TYPES);
        values.forEach(value -> {
            if (value.isContainerNode()) {
                types.remove(SchemaTypes.of(value));
            }
        });
        return types(types).set(SchemaReader.EXCLUDED, values);
    }

    private static ObjectNode types(Set<String> types) {
        ObjectNode schema = NODES.objectNode();
        ArrayNode list = schema.putArray("type");
        types.forEach(list::add);
        return schema;
    }

    private static ObjectNode typed(String type) {
        return NODES.objectNode().put("type", type);
    }

    private static JsonNode number(String keyword, JsonNode bound) {
        return typed("number").set(keyword, bound);
    }

    private static List<JsonNode> fewer(JsonNode schema, String keyword, String type, String opposite) {
        int count = SchemaReader.count(schema, keyword, 0);
        return count == 0 ? List.of() : List.of(typed(type).put(opposite, count - 1));
    }

    private static List<JsonNode> more(JsonNode schema, String keyword, String type, String opposite) {
        return List.of(typed(type).put(opposite, SchemaReader.count(schema, keyword, 0) + 1L));
    }

    private static List<JsonNode> missingProperties(JsonNode names) {
        List<JsonNode> alternatives = new ArrayList<>();
        names.forEach(name -> alternatives.add(without(typed("object"), name.asText())));
        return alternatives;
    }

    private static ObjectNode without(ObjectNode object, String name) {
        object.putObject("properties").put(name, false);
        return object;
    }

    private List<JsonNode> wrongProperties(JsonNode properties) {
        List<JsonNode> alternatives = new ArrayList<>();
        int refused = 0;
        for (var property : properties.properties()) {
            try {
                JsonNode wrong = of(property.getValue());
                if (!isFalse(wrong)) {
                    ObjectNode object = typed("object");
                    object.putArray("required").add(property.getKey());
                    object.putObject("properties").set(property.getKey(), wrong);
                    alternatives.add(object);
                }
            } catch (ServingException unsupported) {
                refused++;
            }
        }
        if (alternatives.isEmpty() && refused > 0) {
            throw Refusal.because("None of its properties can be negated.");
        }
        return alternatives;
    }

    private List<JsonNode> wrongPrefix(JsonNode prefix) {
        List<JsonNode> alternatives = new ArrayList<>();
        for (int index = 0; index < prefix.size(); index++) {
            alternatives.add(wrongAt(index, prefix.get(index)));
        }
        return alternatives;
    }

    private List<JsonNode> wrongItem(JsonNode schema, JsonNode items) {
        return List.of(wrongAt(schema.path("prefixItems").size(), items));
    }

    private JsonNode wrongAt(int index, JsonNode item) {
        ObjectNode array = typed("array").put("minItems", index + 1);
        ArrayNode prefix = array.putArray("prefixItems");
        for (int before = 0; before < index; before++) {
            prefix.add(true);
        }
        JsonNode wrong = of(item);
        prefix.add(wrong);
        return isFalse(wrong) ? BooleanNode.FALSE : array.put("items", true);
    }

    private List<JsonNode> containsNone(JsonNode schema, JsonNode contained) {
        if (schema.has("minContains") || schema.has("maxContains")) {
            throw Refusal.because("It cannot be negated.");
        }
        return List.of(typed("array").set("items", of(contained)));
    }

    private List<JsonNode> wrongBranches(JsonNode schema, JsonNode condition) {
        List<JsonNode> alternatives = new ArrayList<>();
        if (schema.has("then")) {
            alternatives.add(allOf(List.of(condition, of(schema.path("then")))));
        }
        if (schema.has("else")) {
            alternatives.add(allOf(List.of(of(condition), of(schema.path("else")))));
        }
        return alternatives;
    }

    private static List<JsonNode> missingDependents(JsonNode dependencies) {
        List<JsonNode> alternatives = new ArrayList<>();
        dependencies
                .properties()
                .forEach(dependency -> dependency.getValue().forEach(name -> {
                    ObjectNode object = typed("object");
                    object.putArray("required").add(dependency.getKey());
                    alternatives.add(without(object, name.asText()));
                }));
        return alternatives;
    }

    private List<JsonNode> negations(JsonNode schemas) {
        List<JsonNode> negations = new ArrayList<>();
        schemas.forEach(schema -> negations.add(of(schema)));
        return negations;
    }

    static JsonNode allOf(List<JsonNode> schemas) {
        if (schemas.stream().anyMatch(SchemaNegation::isFalse)) {
            return BooleanNode.FALSE;
        }
        return schemas.size() == 1
                ? schemas.getFirst()
                : NODES.objectNode().set("allOf", NODES.arrayNode().addAll(schemas));
    }

    static JsonNode anyOf(List<JsonNode> schemas) {
        if (schemas.isEmpty()) {
            return BooleanNode.FALSE;
        }
        return schemas.size() == 1
                ? schemas.getFirst()
                : NODES.objectNode().set("anyOf", NODES.arrayNode().addAll(schemas));
    }

    static boolean isFalse(JsonNode schema) {
        return schema.isBoolean() && !schema.asBoolean();
    }
}
