package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.jspecify.annotations.Nullable;

/// What a schema says of strings.
///
/// @param minLength in characters
/// @param maxLength absent: any number
record SchemaStrings(
        JsonNode schema, int minLength, @Nullable Integer maxLength, Algebra algebra) {
    static SchemaStrings of(JsonNode schema, Algebra algebra) {
        return new SchemaStrings(
                schema,
                SchemaReader.count(schema, "minLength", 0),
                schema.has("maxLength") ? (Integer) SchemaReader.count(schema, "maxLength", 0) : null,
                algebra);
    }

    /// Whether it speaks of nothing but their length.
    boolean isPlain() {
        return !schema.has("pattern")
                && !schema.has("format")
                && !schema.has(SchemaReader.NOT_PATTERN)
                && excluded().isEmpty();
    }

    boolean isEmpty() {
        return maxLength != null && maxLength < minLength;
    }

    /// All such strings, over code points.
    Automaton values() {
        List<Automaton> conditions = new ArrayList<>();
        SchemaReader.list(schema, "pattern")
                .forEach(pattern -> conditions.add(RegexParser.anywhere(pattern.asText(), algebra)));
        if (schema.has("format")) {
            conditions.add(RegexParser.whole(
                    StringFormats.require(schema.path("format").asText()), algebra));
        }
        if (minLength > 0 || maxLength != null || conditions.isEmpty()) {
            conditions.add(
                    isEmpty() ? Automata.makeEmpty() : algebra.repeat(Texts.anyCodePoint(), minLength, maxLength));
        }
        Automaton values = conditions.getFirst();
        for (Automaton condition : conditions.subList(1, conditions.size())) {
            values = algebra.intersection(values, condition);
        }
        for (JsonNode pattern : SchemaReader.list(schema, SchemaReader.NOT_PATTERN)) {
            values = algebra.minus(values, RegexParser.anywhere(pattern.asText(), algebra));
        }
        List<Automaton> excluded = excluded().stream().map(Texts::codePointsOf).toList();
        return excluded.isEmpty() ? values : algebra.minus(values, algebra.union(excluded));
    }

    private List<String> excluded() {
        List<String> texts = new ArrayList<>();
        schema.path(SchemaReader.EXCLUDED).forEach(value -> {
            if (value.isTextual()) {
                texts.add(value.textValue());
            }
        });
        return texts;
    }
}
