package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Says in plainer keywords what a schema asks for with those that combine schemas. Values of the plain ones match;
/// there may be values that match and are not among them.
final class SchemaRewriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> REWRITTEN = Set.of(
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "contains",
            "minContains",
            "maxContains");

    private final SchemaNegation negation;

    SchemaRewriter(SchemaNegation negation) {
        this.negation = negation;
    }

    static boolean concerns(JsonNode schema) {
        return REWRITTEN.stream().anyMatch(schema::has);
    }

    /// Takes such keywords out of a schema.
    ///
    /// @return schemas that have to hold instead
    List<JsonNode> extract(ObjectNode schema) {
        List<JsonNode> conditions = new ArrayList<>();
        JsonNode excluded = schema.remove("not");
        if (excluded != null) {
            conditions.add(negation.of(excluded));
        }
        conditional(schema, conditions);
        dependencies(schema, conditions);
        contained(schema, conditions);
        return conditions;
    }

    private void conditional(ObjectNode schema, List<JsonNode> conditions) {
        JsonNode condition = schema.remove("if");
        JsonNode consequence = schema.remove("then");
        JsonNode alternative = schema.remove("else");
        if (condition == null || (consequence == null && alternative == null)) {
            return;
        }
        JsonNode met = consequence == null ? BooleanNode.TRUE : consequence;
        JsonNode unmet = alternative == null ? BooleanNode.TRUE : alternative;
        conditions.add(SchemaNegation.anyOf(List.of(
                SchemaNegation.allOf(List.of(condition, met)),
                SchemaNegation.allOf(List.of(unmet(condition, met), unmet)))));
    }

    /// What fails a condition; where that cannot be said, what keeps its consequence, so that it does not matter.
    private JsonNode unmet(JsonNode condition, JsonNode consequence) {
        try {
            return negation.of(condition);
        } catch (ServingException unsupported) {
            return consequence;
        }
    }

    private static void dependencies(ObjectNode schema, List<JsonNode> conditions) {
        for (String keyword : List.of("dependentRequired", "dependentSchemas", "dependencies")) {
            JsonNode dependencies = schema.remove(keyword);
            if (dependencies != null) {
                dependencies
                        .properties()
                        .forEach(entry -> conditions.add(dependency(entry.getKey(), entry.getValue())));
            }
        }
    }

    private static JsonNode dependency(String name, JsonNode asked) {
        ObjectNode absent = NODES.objectNode();
        absent.putObject("properties").put(name, false);
        ObjectNode present = NODES.objectNode();
        ArrayNode required = present.putArray("required").add(name);
        if (!asked.isArray()) {
            return SchemaNegation.anyOf(List.of(absent, SchemaNegation.allOf(List.of(present, asked))));
        }
        asked.forEach(required::add);
        return SchemaNegation.anyOf(List.of(absent, present));
    }

    /// The items that are asked for come first.
    private void contained(ObjectNode schema, List<JsonNode> conditions) {
        int min = SchemaReader.count(schema, "minContains", 1);
        Integer max = schema.has("maxContains") ? (Integer) SchemaReader.count(schema, "maxContains", 0) : null;
        JsonNode contained = schema.remove("contains");
        schema.remove(List.of("minContains", "maxContains"));
        if (contained == null) {
            return;
        }
        if (min > SchemaReader.MAX_CONTAINED || (max != null && max > SchemaReader.MAX_CONTAINED)) {
            throw Refusal.because(
                    "\"minContains\" and \"maxContains\" may be at most " + SchemaReader.MAX_CONTAINED + ".");
        }
        if (max != null && max < min) {
            throw Refusal.because("\"maxContains\" is less than \"minContains\".");
        }
        ObjectNode array = NODES.objectNode();
        ArrayNode prefix = NODES.arrayNode();
        for (int index = 0; index < min; index++) {
            prefix.add(contained);
        }
        if (max != null) {
            for (int index = min; index < max; index++) {
                prefix.add(true);
            }
            array.set("items", negation.of(contained));
        } else {
            array.put("items", true);
        }
        if (!prefix.isEmpty()) {
            array.set("prefixItems", prefix);
        }
        if (min > 0) {
            array.put("minItems", min);
        }
        conditions.add(array);
    }

    /// The alternatives of which exactly one holds, as such of which any may.
    ///
    /// @param overlap tells which of them need not be kept apart
    List<JsonNode> exclusive(List<JsonNode> alternatives, SchemaOverlap overlap) {
        List<JsonNode> kept = new ArrayList<>();
        for (int index = 0; index < alternatives.size(); index++) {
            JsonNode alternative = alternatives.get(index);
            List<JsonNode> all = new ArrayList<>(List.of(alternative));
            for (int other = 0; other < alternatives.size(); other++) {
                if (other != index && !overlap.areDisjoint(alternative, alternatives.get(other))) {
                    all.add(negation.of(alternatives.get(other)));
                }
            }
            kept.add(SchemaNegation.allOf(all));
        }
        return kept;
    }
}
