package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.jspecify.annotations.Nullable;

/// What a schema says of objects: their declared properties in their order, then others by what their names match.
final class SchemaObjects {
    private static final int MAX_NAME_CLASSES = 64;

    private final JsonTexts json;
    private final Rules rules;
    private final Algebra algebra;
    private final SchemaMatcher matcher;
    private final NameValues names;
    private final Function<JsonNode, Automaton> values;

    /// The strings that a schema of names takes, over code points.
    interface NameValues {
        Automaton of(JsonNode schema);
    }

    /// Names that the same schemas are for.
    ///
    /// @param names over code points
    private record NameClass(Automaton names, List<JsonNode> schemas) {}

    /// @param values what a schema writes
    SchemaObjects(
            JsonTexts json,
            Rules rules,
            SchemaMatcher matcher,
            NameValues names,
            Function<JsonNode, Automaton> values) {
        this.json = json;
        this.rules = rules;
        this.algebra = rules.algebra();
        this.matcher = matcher;
        this.names = names;
        this.values = values;
    }

    Automaton automaton(ObjectNode schema) {
        Map<String, JsonNode> properties = properties(schema);
        Set<String> required = required(schema);
        ObjectTexts texts = new ObjectTexts(json, rules, counts(schema));
        properties.forEach((name, property) -> texts.member(name, values.apply(property), required.contains(name)));
        if (isPlain(schema)) {
            additionalProperties(schema).ifPresent(value -> texts.others(properties.keySet(), values.apply(value)));
        } else {
            nameClasses(schema, properties.keySet())
                    .forEach(others ->
                            texts.others(others.names(), values.apply(SchemaNegation.allOf(others.schemas()))));
        }
        return texts.automaton();
    }

    /// What a schema says of properties that it does not declare: where it says nothing of them, only a schema
    /// that lets in no declared one takes them.
    static Optional<JsonNode> additionalProperties(JsonNode schema) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isMissingNode()) {
            boolean declares =
                    schema.path("properties").valueStream().anyMatch(property -> !SchemaNegation.isFalse(property));
            return declares || SchemaMembers.hasPatterns(schema) ? Optional.empty() : Optional.of(BooleanNode.TRUE);
        }
        return Optional.of(additional).filter(value -> !SchemaNegation.isFalse(value));
    }

    private static boolean isPlain(JsonNode schema) {
        return !SchemaMembers.hasPatterns(schema) && !schema.has("propertyNames");
    }

    private static ObjectTexts.Counts counts(JsonNode schema) {
        return new ObjectTexts.Counts(
                SchemaReader.count(schema, "minProperties", 0),
                schema.has("maxProperties") ? (Integer) SchemaReader.count(schema, "maxProperties", 0) : null);
    }

    private static Set<String> required(JsonNode schema) {
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        return required;
    }

    /// By name: those that are declared, then those that are required.
    private Map<String, JsonNode> properties(JsonNode schema) {
        Set<String> declared = new LinkedHashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(declared::add);
        declared.addAll(required(schema));
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        JsonNode nameSchema = schema.path("propertyNames");
        for (String name : declared) {
            boolean named = nameSchema.isMissingNode() || matcher.matchesName(name, nameSchema);
            List<JsonNode> schemas = named ? matcher.memberSchemas(name, schema) : List.of(BooleanNode.FALSE);
            properties.put(name, schemas.isEmpty() ? BooleanNode.TRUE : SchemaNegation.allOf(schemas));
        }
        return properties;
    }

    /// The names that are not declared, in classes of those to which the same patterns apply.
    private List<NameClass> nameClasses(JsonNode schema, Set<String> declared) {
        List<NameClass> classes = List.of(new NameClass(undeclared(schema, declared), List.of()));
        List<Map.Entry<String, JsonNode>> patterns =
                new ArrayList<>(schema.path("patternProperties").properties());
        patterns.addAll(schema.path(SchemaReader.UNDECLARED).properties());
        for (Map.Entry<String, JsonNode> pattern : patterns) {
            Automaton matched = RegexParser.anywhere(pattern.getKey(), algebra);
            List<NameClass> split = new ArrayList<>();
            for (NameClass one : classes) {
                List<JsonNode> schemas = new ArrayList<>(one.schemas());
                schemas.add(pattern.getValue());
                add(algebra.intersection(one.names(), matched), schemas, split);
                add(algebra.minus(one.names(), matched), one.schemas(), split);
            }
            classes = split;
        }
        @Nullable JsonNode additional = additionalProperties(schema).orElse(null);
        return classes.stream()
                .filter(one -> !one.schemas().isEmpty() || additional != null)
                .map(one -> one.schemas().isEmpty() && additional != null
                        ? new NameClass(one.names(), List.of(additional))
                        : one)
                .toList();
    }

    private Automaton undeclared(JsonNode schema, Set<String> declared) {
        Automaton all = schema.has("propertyNames")
                ? names.of(schema.path("propertyNames"))
                : algebra.repeat(Texts.anyCodePoint(), 0, null);
        return declared.isEmpty()
                ? all
                : algebra.minus(
                        all,
                        algebra.union(declared.stream().map(Texts::codePointsOf).toList()));
    }

    private static void add(Automaton names, List<JsonNode> schemas, List<NameClass> classes) {
        if (!Operations.isEmpty(names)) {
            if (classes.size() == MAX_NAME_CLASSES) {
                throw Refusal.because("The patterns of \"patternProperties\" tell more than " + MAX_NAME_CLASSES
                        + " kinds of names apart.");
            }
            classes.add(new NameClass(names, schemas));
        }
    }
}
