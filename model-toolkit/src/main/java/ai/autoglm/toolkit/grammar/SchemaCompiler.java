package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// JSON texts that match a JSON schema. Source: JSON Schema 2020-12.
///
/// Every text of the language matches, but not every matching text is in it: properties come in the order in which they
/// are declared, those that are not declared are left out unless the schema asks for them, white space is one space at
/// most, and numbers have no more digits than every parser takes. Where that cannot be kept, the schema is refused.
final class SchemaCompiler {
    private static final int MAX_SCHEMAS = 20_000;
    private static final int MAX_NESTING = 100;

    private final Rules rules;
    private final Algebra algebra;
    private final JsonTexts json;
    private final JsonNumbers numbers;
    private final SchemaReader reader;
    private final SchemaMerger merger;
    private final SchemaOverlap overlap;
    private final Map<JsonNode, Integer> objectRules = new HashMap<>();
    private final Map<JsonNode, Integer> arrayRules = new HashMap<>();
    private final Map<JsonNode, Integer> referenceRules = new HashMap<>();
    private int schemaCount;
    private int nesting;

    SchemaCompiler(String text, Rules rules) {
        this.rules = rules;
        algebra = rules.algebra();
        json = new JsonTexts(rules);
        numbers = new JsonNumbers(algebra);
        reader = new SchemaReader(text);
        merger = new SchemaMerger(reader, algebra);
        overlap = new SchemaOverlap(merger);
    }

    Automaton root() {
        return value(reader.document());
    }

    /// Those of the texts that are objects.
    Automaton rootObject() {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("type", "object");
        return value(merger.merge(reader.document(), object));
    }

    /// What a schema says of properties that it does not declare: where it says nothing of them, only a schema without
    /// any declared property takes them.
    static Optional<JsonNode> additionalProperties(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isMissingNode()) {
            return schema.path("properties").isEmpty() ? Optional.of(BooleanNode.TRUE) : Optional.empty();
        }
        return Optional.of(additional).filter(value -> !value.isBoolean() || value.asBoolean());
    }

    private Automaton value(JsonNode schema) {
        algebra.checkTime();
        if (++schemaCount > MAX_SCHEMAS || ++nesting > MAX_NESTING) {
            throw Refusal.because("The schema is too large: it has more than " + MAX_SCHEMAS
                    + " parts, or parts nested deeper than " + MAX_NESTING + " levels.");
        }
        try {
            if (schema.isBoolean()) {
                return schema.asBoolean() ? json.value() : Automata.makeEmpty();
            }
            SchemaReader.requireSupported(schema);
            return constrained(SchemaMerger.withoutAnnotations(schema));
        } finally {
            nesting--;
        }
    }

    private Automaton constrained(ObjectNode schema) {
        if (schema.has("$ref") && schema.size() == 1) {
            return reference(schema.path("$ref"));
        }
        if (schema.has("$ref") || schema.has("allOf")) {
            return value(merger.resolved(schema));
        }
        if (schema.has("anyOf")) {
            return algebra.union(
                    alternatives(schema, "anyOf").stream().map(this::value).toList());
        }
        if (schema.has("oneOf")) {
            return exclusive(alternatives(schema, "oneOf"));
        }
        if (schema.has("enum") || schema.has("const")) {
            return listed(schema);
        }
        Set<String> types = SchemaTypes.written(schema);
        if (types.isEmpty()) {
            return json.value();
        }
        return algebra.union(types.stream().map(type -> typed(type, schema)).toList());
    }

    private Automaton reference(JsonNode pointer) {
        Integer known = referenceRules.get(pointer);
        if (known != null) {
            return rules.call(known);
        }
        int rule = rules.declare();
        referenceRules.put(pointer, rule);
        rules.define(rule, value(reader.resolve(pointer)));
        return rules.call(rule);
    }

    /// Each alternative together with what stands beside them.
    private List<JsonNode> alternatives(ObjectNode schema, String keyword) {
        ObjectNode rest = schema.deepCopy();
        JsonNode parts = rest.remove(keyword);
        if (!parts.isArray() || parts.isEmpty()) {
            throw Refusal.because("\"" + keyword + "\" must be a list of schemas.");
        }
        List<JsonNode> alternatives = new ArrayList<>();
        parts.forEach(part -> alternatives.add(rest.isEmpty() ? part : merger.merge(rest, part)));
        return alternatives;
    }

    private Automaton exclusive(List<JsonNode> alternatives) {
        for (int left = 0; left < alternatives.size(); left++) {
            for (int right = left + 1; right < alternatives.size(); right++) {
                algebra.checkTime();
                if (!overlap.areDisjoint(alternatives.get(left), alternatives.get(right))) {
                    throw Refusal.because("Alternatives " + (left + 1) + " and " + (right + 1)
                            + " of \"oneOf\" may hold for the same value: use \"anyOf\", or tell them apart by a"
                            + " required property with different constants.");
                }
            }
        }
        return algebra.union(alternatives.stream().map(this::value).toList());
    }

    private Automaton listed(ObjectNode schema) {
        Set<String> types = SchemaTypes.declared(schema);
        JsonNode constant = schema.path("const");
        List<Automaton> values = new ArrayList<>();
        List<JsonNode> candidates = new ArrayList<>();
        schema.path("enum").forEach(candidates::add);
        if (!schema.has("enum")) {
            candidates.add(constant);
        }
        for (JsonNode value : candidates) {
            String type = SchemaTypes.of(value);
            boolean excluded = schema.has("const") && !value.equals(constant);
            if (excluded || (types != null && !SchemaTypes.includes(types, type))) {
                continue;
            }
            if (SchemaTypes.constrains(schema, type)) {
                throw Refusal.because("\"enum\" and \"const\" cannot stand beside other constraints of a value.");
            }
            values.add(Texts.literal(value.toString()));
        }
        return values.isEmpty() ? Automata.makeEmpty() : algebra.union(values);
    }

    private Automaton typed(String type, ObjectNode schema) {
        return switch (type) {
            case "null" -> Texts.literal("null");
            case "boolean" -> RegexParser.whole("true|false", algebra);
            case "integer" -> numbers.integers(min(schema), max(schema));
            case "number" -> number(schema);
            case "string" -> string(schema);
            case "object" -> object(schema);
            default -> array(schema);
        };
    }

    private Automaton number(ObjectNode schema) {
        JsonNumbers.Bound min = min(schema);
        JsonNumbers.Bound max = max(schema);
        return min == null && max == null ? json.number() : numbers.decimals(min, max);
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

    private Automaton string(ObjectNode schema) {
        int minLength = SchemaReader.count(schema, "minLength", 0);
        Integer maxLength = schema.has("maxLength") ? (Integer) SchemaReader.count(schema, "maxLength", 0) : null;
        List<Automaton> values = new ArrayList<>();
        if (schema.has("pattern")) {
            values.add(RegexParser.anywhere(schema.path("pattern").asText(), algebra));
        }
        if (schema.has("format")) {
            String format = schema.path("format").asText();
            values.add(RegexParser.whole(
                    StringFormats.pattern(format)
                            .orElseThrow(() -> Refusal.because(
                                    "The string format " + Refusal.quoted(format) + " is not supported.")),
                    algebra));
        }
        if (values.isEmpty()) {
            return maxLength != null && maxLength < minLength
                    ? Automata.makeEmpty()
                    : json.string(minLength, maxLength);
        }
        if (minLength > 0 || maxLength != null) {
            values.add(algebra.repeat(Texts.anyCodePoint(), minLength, maxLength));
        }
        Automaton all = values.getFirst();
        for (Automaton value : values.subList(1, values.size())) {
            all = algebra.intersection(all, value);
        }
        return json.string(all);
    }

    private Automaton object(ObjectNode schema) {
        Integer known = objectRules.get(schema);
        if (known != null) {
            return rules.call(known);
        }
        int rule = rules.declare();
        objectRules.put(schema, rule);
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        schema.path("properties").properties().forEach(entry -> properties.put(entry.getKey(), entry.getValue()));
        JsonNode additional = schema.path("additionalProperties");
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        required.forEach(
                name -> properties.putIfAbsent(name, additional.isMissingNode() ? BooleanNode.TRUE : additional));
        ObjectTexts texts = new ObjectTexts(json, rules);
        properties.forEach((name, property) -> texts.member(name, value(property), required.contains(name)));
        additionalProperties(schema).ifPresent(value -> texts.others(properties.keySet(), value(value)));
        rules.define(rule, texts.automaton());
        return rules.call(rule);
    }

    private Automaton array(ObjectNode schema) {
        Integer known = arrayRules.get(schema);
        if (known != null) {
            return rules.call(known);
        }
        int rule = rules.declare();
        arrayRules.put(schema, rule);
        List<Automaton> prefix = new ArrayList<>();
        schema.path("prefixItems").forEach(item -> prefix.add(value(item)));
        JsonNode items = schema.path("items");
        if (items.isArray()) {
            throw Refusal.because("\"items\" must be one schema; a list of them is \"prefixItems\".");
        }
        boolean others = items.isMissingNode() ? prefix.isEmpty() : !items.isBoolean() || items.asBoolean();
        Automaton item = others ? value(items.isMissingNode() ? BooleanNode.TRUE : items) : Automata.makeEmpty();
        int minItems = SchemaReader.count(schema, "minItems", 0);
        Integer maxItems = schema.has("maxItems") ? (Integer) SchemaReader.count(schema, "maxItems", 0) : null;
        rules.define(rule, new ArrayTexts(json, rules).automaton(prefix, item, minItems, maxItems));
        return rules.call(rule);
    }
}
