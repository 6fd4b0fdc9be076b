package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;

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
    private final SchemaNumbers numbers;
    private final SchemaReader reader;
    private final SchemaMatcher matcher;
    private final SchemaMerger merger;
    private final SchemaValues finite;
    private final SchemaObjects objects;
    private final Map<JsonNode, Integer> objectRules = new HashMap<>();
    private final Map<JsonNode, Integer> arrayRules = new HashMap<>();
    private final Map<JsonNode, Integer> referenceRules = new HashMap<>();
    private int schemaCount;
    private int nesting;

    SchemaCompiler(String text, Rules rules) {
        this.rules = rules;
        algebra = rules.algebra();
        json = new JsonTexts(rules);
        numbers = new SchemaNumbers(json, algebra);
        reader = new SchemaReader(text);
        matcher = new SchemaMatcher(reader, algebra);
        merger = new SchemaMerger(reader, matcher, rules);
        finite = new SchemaValues(merger, matcher);
        objects = new SchemaObjects(json, rules, matcher, this::names, this::value);
    }

    Automaton root() {
        return value(reader.document());
    }

    /// Those of the texts that are objects.
    Automaton rootObject() {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("type", "object");
        return value(merger.merge(reader.document(), object));
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
        if (SchemaMerger.isUnresolved(schema)) {
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

    /// Alternatives that may hold for the same value are kept apart by what the others say.
    private Automaton exclusive(List<JsonNode> alternatives) {
        return algebra.union(merger.rewriter().exclusive(alternatives, merger.overlap()).stream()
                .map(this::value)
                .toList());
    }

    private Automaton listed(ObjectNode schema) {
        List<Automaton> values = finite.listed(schema).stream()
                .map(value -> Texts.literal(value.toString()))
                .toList();
        return values.isEmpty() ? Automata.makeEmpty() : algebra.union(values);
    }

    private Automaton typed(String type, ObjectNode schema) {
        return switch (type) {
            case "null" -> scalars(List.of(NullNode.getInstance()), schema);
            case "boolean" -> scalars(List.of(BooleanNode.TRUE, BooleanNode.FALSE), schema);
            case "integer" -> numbers.integers(schema);
            case "number" -> numbers.numbers(schema);
            case "string" -> string(schema);
            case "object" -> object(schema);
            default -> array(schema);
        };
    }

    private Automaton scalars(List<JsonNode> values, ObjectNode schema) {
        List<Automaton> kept = finite.distinct(values, schema).stream()
                .map(value -> Texts.literal(value.toString()))
                .toList();
        return kept.isEmpty() ? Automata.makeEmpty() : algebra.union(kept);
    }

    private Automaton string(ObjectNode schema) {
        SchemaStrings strings = SchemaStrings.of(schema, algebra);
        if (strings.isEmpty()) {
            return Automata.makeEmpty();
        }
        return strings.isPlain()
                ? json.string(strings.minLength(), strings.maxLength())
                : json.string(strings.values());
    }

    /// The names that a schema of `propertyNames` takes, over code points.
    private Automaton names(JsonNode schema) {
        JsonNode resolved = merger.resolved(schema);
        if (resolved.isBoolean()) {
            return resolved.asBoolean() ? algebra.repeat(Texts.anyCodePoint(), 0, null) : Automata.makeEmpty();
        }
        if (resolved.has("anyOf") || resolved.has("oneOf")) {
            String keyword = resolved.has("anyOf") ? "anyOf" : "oneOf";
            List<JsonNode> alternatives = alternatives((ObjectNode) resolved, keyword);
            List<JsonNode> any = keyword.equals("anyOf")
                    ? alternatives
                    : merger.rewriter().exclusive(alternatives, merger.overlap());
            return algebra.union(any.stream().map(this::names).toList());
        }
        Set<String> types = SchemaTypes.declared(resolved);
        if (types != null && !types.contains("string")) {
            return Automata.makeEmpty();
        }
        if (resolved.has("enum") || resolved.has("const")) {
            List<Automaton> listed = finite.listed((ObjectNode) resolved).stream()
                    .filter(JsonNode::isTextual)
                    .map(name -> Texts.codePointsOf(name.textValue()))
                    .toList();
            return listed.isEmpty() ? Automata.makeEmpty() : algebra.union(listed);
        }
        return SchemaStrings.of(resolved, algebra).values();
    }

    private Automaton object(ObjectNode schema) {
        requireNoneExcluded(schema, "object");
        Integer known = objectRules.get(schema);
        if (known != null) {
            return rules.call(known);
        }
        int rule = rules.declare();
        objectRules.put(schema, rule);
        rules.define(rule, objects.automaton(schema));
        return rules.call(rule);
    }

    private static void requireNoneExcluded(ObjectNode schema, String type) {
        for (JsonNode value : schema.path(SchemaReader.EXCLUDED)) {
            if (SchemaTypes.of(value).equals(type)) {
                throw Refusal.because("\"not\" of a constant that is an " + type + " is not supported.");
            }
        }
    }

    private Automaton array(ObjectNode schema) {
        requireNoneExcluded(schema, "array");
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
        int minItems = SchemaReader.count(schema, "minItems", 0);
        Integer maxItems = schema.has("maxItems") ? (Integer) SchemaReader.count(schema, "maxItems", 0) : null;
        ArrayTexts texts = new ArrayTexts(json, rules);
        boolean several = maxItems == null || maxItems > 1;
        if (schema.path("uniqueItems").asBoolean() && several && (others || prefix.size() > 1)) {
            rules.define(rule, texts.distinct(distinctItems(schema, others), minItems, maxItems));
            return rules.call(rule);
        }
        Automaton item = others ? value(items.isMissingNode() ? BooleanNode.TRUE : items) : Automata.makeEmpty();
        rules.define(rule, texts.automaton(prefix, item, minItems, maxItems));
        return rules.call(rule);
    }

    /// The texts of all items that an array of distinct ones may have.
    private List<Automaton> distinctItems(ObjectNode schema, boolean others) {
        JsonNode items = schema.path("items");
        if (schema.has("prefixItems") || !others) {
            throw Refusal.because("\"uniqueItems\" beside \"prefixItems\" is not supported.");
        }
        return finite
                .of(items.isMissingNode() ? BooleanNode.TRUE : items)
                .orElseThrow(
                        () -> Refusal.because("\"uniqueItems\" is supported where there is one item at most, or where"
                                + " the items are constants, booleans or whole numbers of a short range: an automaton"
                                + " cannot remember texts of any other kind."))
                .stream()
                .map(value -> Texts.literal(value.toString()))
                .toList();
    }
}
