package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;

/// Whether a value matches a schema, for values that a schema lists itself. A string of a format is one that would be
/// written for it.
final class SchemaMatcher {
    private static final int MAX_NESTING = 200;

    private final SchemaReader reader;
    private final Algebra algebra;
    private int nesting;

    SchemaMatcher(SchemaReader reader, Algebra algebra) {
        this.reader = reader;
        this.algebra = algebra;
    }

    boolean matches(JsonNode value, JsonNode schema) {
        if (schema.isBoolean()) {
            return schema.asBoolean();
        }
        algebra.checkTime();
        SchemaReader.requireSupported(schema);
        if (schema.has("unevaluatedProperties")) {
            throw Refusal.because("\"unevaluatedProperties\" cannot stand beside values that are listed.");
        }
        if (nesting == MAX_NESTING) {
            throw Refusal.because("Its schemas are nested deeper than " + MAX_NESTING + " levels.");
        }
        nesting++;
        try {
            return matchesType(value, schema)
                    && matchesValues(value, schema)
                    && matchesCombined(value, schema)
                    && switch (SchemaTypes.of(value)) {
                        case "integer", "number" -> matchesNumber(value.decimalValue(), schema);
                        case "string" -> matchesString(value.textValue(), schema);
                        case "array" -> matchesArray(value, schema);
                        case "object" -> matchesObject(value, schema);
                        default -> true;
                    };
        } finally {
            nesting--;
        }
    }

    /// Whether a text matches what a schema says of strings.
    boolean matchesString(String text, JsonNode schema) {
        int length = text.codePointCount(0, text.length());
        return length >= SchemaReader.count(schema, "minLength", 0)
                && length <= SchemaReader.count(schema, "maxLength", Integer.MAX_VALUE)
                && SchemaReader.list(schema, "pattern").stream().allMatch(pattern -> contains(pattern, text))
                && SchemaReader.list(schema, SchemaReader.NOT_PATTERN).stream()
                        .noneMatch(pattern -> contains(pattern, text))
                && (!schema.has("format")
                        || hasFormat(text, schema.path("format").asText()));
    }

    /// Whether a schema of names takes one.
    boolean matchesName(String name, JsonNode schema) {
        return matches(TextNode.valueOf(name), schema);
    }

    /// Whether a regular expression is found anywhere in a text.
    boolean contains(JsonNode pattern, String text) {
        return run(RegexParser.anywhere(pattern.asText(), algebra), text);
    }

    private boolean hasFormat(String text, String format) {
        return run(RegexParser.whole(StringFormats.require(format), algebra), text);
    }

    private boolean run(Automaton automaton, String text) {
        Automaton deterministic = algebra.determinize(automaton);
        int state = 0;
        for (int codePoint : text.codePoints().toArray()) {
            if (deterministic.getNumStates() == 0) {
                return false;
            }
            state = deterministic.step(state, codePoint);
            if (state < 0) {
                return false;
            }
        }
        return !Operations.isEmpty(deterministic) && deterministic.isAccept(state);
    }

    private static boolean matchesType(JsonNode value, JsonNode schema) {
        Set<String> types = SchemaTypes.declared(schema);
        return types == null || SchemaTypes.includes(types, SchemaTypes.of(value));
    }

    private static boolean matchesValues(JsonNode value, JsonNode schema) {
        return (!schema.has("const") || same(schema.path("const"), value))
                && (!schema.has("enum") || holds(schema.path("enum"), value))
                && !holds(schema.path(SchemaReader.EXCLUDED), value);
    }

    private static boolean holds(JsonNode values, JsonNode value) {
        return values.valueStream().anyMatch(candidate -> same(candidate, value));
    }

    private boolean matchesCombined(JsonNode value, JsonNode schema) {
        boolean holds = (!schema.has("$ref") || matches(value, reader.resolve(schema.path("$ref"))))
                && count(value, schema.path("allOf")) == schema.path("allOf").size()
                && (!schema.has("anyOf") || count(value, schema.path("anyOf")) > 0)
                && (!schema.has("oneOf") || count(value, schema.path("oneOf")) == 1)
                && (!schema.has("not") || !matches(value, schema.path("not")));
        if (!holds || !schema.has("if")) {
            return holds;
        }
        String branch = matches(value, schema.path("if")) ? "then" : "else";
        return !schema.has(branch) || matches(value, schema.path(branch));
    }

    private long count(JsonNode value, JsonNode schemas) {
        return schemas.valueStream().filter(schema -> matches(value, schema)).count();
    }

    private static boolean matchesNumber(BigDecimal value, JsonNode schema) {
        return compare(value, schema.path("minimum"), 0) >= 0
                && compare(value, schema.path("exclusiveMinimum"), 1) > 0
                && compare(value, schema.path("maximum"), 0) <= 0
                && compare(value, schema.path("exclusiveMaximum"), -1) < 0
                && SchemaReader.list(schema, "multipleOf").stream()
                        .allMatch(
                                step -> value.remainder(JsonNumbers.step(step)).signum() == 0);
    }

    /// How a value compares with a bound; `absent` where there is none.
    private static int compare(BigDecimal value, JsonNode bound, int absent) {
        return bound.isMissingNode() ? absent : value.compareTo(bound.decimalValue());
    }

    private boolean matchesArray(JsonNode value, JsonNode schema) {
        int size = value.size();
        if (size < SchemaReader.count(schema, "minItems", 0)
                || size > SchemaReader.count(schema, "maxItems", Integer.MAX_VALUE)
                || (schema.path("uniqueItems").asBoolean() && hasDuplicates(value))) {
            return false;
        }
        for (int index = 0; index < size; index++) {
            JsonNode prefix = schema.path("prefixItems").path(index);
            JsonNode item = prefix.isMissingNode() ? schema.path("items") : prefix;
            if (!item.isMissingNode() && !matches(value.get(index), item)) {
                return false;
            }
        }
        return matchesContained(value, schema);
    }

    private boolean matchesContained(JsonNode value, JsonNode schema) {
        if (!schema.has("contains")) {
            return true;
        }
        long contained = value.valueStream()
                .filter(item -> matches(item, schema.path("contains")))
                .count();
        return contained >= SchemaReader.count(schema, "minContains", 1)
                && contained <= SchemaReader.count(schema, "maxContains", Integer.MAX_VALUE);
    }

    private static boolean hasDuplicates(JsonNode array) {
        Set<JsonNode> seen = new HashSet<>();
        return array.valueStream().anyMatch(item -> !seen.add(canonical(item)));
    }

    private boolean matchesObject(JsonNode value, JsonNode schema) {
        int size = value.size();
        if (size < SchemaReader.count(schema, "minProperties", 0)
                || size > SchemaReader.count(schema, "maxProperties", Integer.MAX_VALUE)) {
            return false;
        }
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                return false;
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            if (!matchesMember(member.getKey(), member.getValue(), schema)) {
                return false;
            }
        }
        return matchesDependencies(value, schema);
    }

    private boolean matchesMember(String name, JsonNode value, JsonNode schema) {
        JsonNode names = schema.path("propertyNames");
        if (!names.isMissingNode() && !matchesName(name, names)) {
            return false;
        }
        return memberSchemas(name, schema).stream().allMatch(member -> matches(value, member));
    }

    /// What a schema says of the value of a property.
    List<JsonNode> memberSchemas(String name, JsonNode schema) {
        List<JsonNode> schemas = new ArrayList<>();
        addMatching(name, schema.path("patternProperties"), schemas);
        JsonNode declared = schema.path("properties").path(name);
        if (declared.isMissingNode()) {
            addMatching(name, schema.path(SchemaReader.UNDECLARED), schemas);
        } else {
            schemas.add(declared);
        }
        if (schemas.isEmpty() && schema.has("additionalProperties")) {
            schemas.add(schema.path("additionalProperties"));
        }
        return schemas;
    }

    private void addMatching(String name, JsonNode patterns, List<JsonNode> schemas) {
        patterns.properties().forEach(pattern -> {
            if (run(RegexParser.anywhere(pattern.getKey(), algebra), name)) {
                schemas.add(pattern.getValue());
            }
        });
    }

    private boolean matchesDependencies(JsonNode value, JsonNode schema) {
        Set<JsonNode> asked = new HashSet<>();
        for (String keyword : List.of("dependentRequired", "dependentSchemas", "dependencies")) {
            schema.path(keyword).properties().stream()
                    .filter(dependency -> value.has(dependency.getKey()))
                    .forEach(dependency -> asked.add(dependency.getValue()));
        }
        return asked.stream()
                .allMatch(dependency -> dependency.isArray()
                        ? dependency.valueStream().allMatch(name -> value.has(name.asText()))
                        : matches(value, dependency));
    }

    /// Whether two values are equal as JSON schema has it: numbers by their value.
    static boolean same(JsonNode left, JsonNode right) {
        return canonical(left).equals(canonical(right));
    }

    /// One of the values that are equal to this one, the same for all of them.
    static JsonNode canonical(JsonNode value) {
        if (value.isNumber()) {
            return DecimalNode.valueOf(value.decimalValue().stripTrailingZeros());
        }
        if (value.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> array.add(canonical(element)));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(member -> object.set(member.getKey(), canonical(member.getValue())));
            return object;
        }
        return value;
    }
}
