package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which types of value a schema speaks of.
final class SchemaTypes {
    static final List<String> ALL = List.of("object", "array", "string", "number", "integer", "boolean", "null");

    private static final Map<String, List<String>> KEYWORDS = Map.of(
            "object",
            List.of(
                    "properties",
                    "required",
                    "additionalProperties",
                    "patternProperties",
                    SchemaReader.UNDECLARED,
                    "propertyNames",
                    "minProperties",
                    "maxProperties"),
            "array",
            List.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
            "string",
            List.of("minLength", "maxLength", "pattern", "format", SchemaReader.NOT_PATTERN),
            "number",
            List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"));

    private SchemaTypes() {}

    /// The types that a schema names; absent where it names none.
    static @Nullable Set<String> declared(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            return null;
        }
        Set<String> types = new LinkedHashSet<>();
        if (type.isTextual()) {
            types.add(type.asText());
        }
        type.forEach(element -> types.add(element.asText()));
        for (String name : types) {
            if (!ALL.contains(name)) {
                throw Refusal.because("There is no type " + Refusal.quoted(name) + ".");
            }
        }
        if (types.isEmpty()) {
            throw Refusal.because("\"type\" must be the name of a type or a list of such names.");
        }
        return types;
    }

    /// The types that are written for a schema: those it names, else those that its keywords are about; empty where any
    /// value will do.
    static Set<String> written(JsonNode schema) {
        Set<String> declared = declared(schema);
        if (declared != null) {
            return declared;
        }
        Set<String> types = new LinkedHashSet<>();
        for (String type : ALL) {
            if (constrains(schema, type)) {
                types.add(type);
            }
        }
        return types;
    }

    /// Whether a schema says more of values of a type than that they may be of it.
    static boolean constrains(JsonNode schema, String type) {
        return KEYWORDS.getOrDefault(type.equals("integer") ? "number" : type, List.of()).stream()
                        .anyMatch(schema::has)
                && !(type.equals("integer") && declared(schema) == null);
    }

    static String of(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> isWhole(value) ? "integer" : "number";
            case NULL, MISSING, BINARY, POJO -> "null";
        };
    }

    private static boolean isWhole(JsonNode value) {
        return value.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    /// Whether a value of a type may be one of these types.
    static boolean includes(Set<String> types, String type) {
        return types.contains(type) || (type.equals("integer") && types.contains("number"));
    }

    /// Types that both name.
    static Set<String> common(Set<String> left, Set<String> right) {
        Set<String> both = new LinkedHashSet<>();
        left.stream().filter(type -> includes(right, type)).forEach(both::add);
        right.stream().filter(type -> includes(left, type)).forEach(both::add);
        return both;
    }
}
