package ai.autoglm.toolkit.grammar;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// A JSON schema document: its text, its references, and which keywords can be kept.
final class SchemaReader {
    private static final int MAX_LENGTH = 262_144;
    private static final int MAX_NESTING = 200;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /// Constraints that an automaton does not keep, or that none of our automata does.
    private static final Set<String> REFUSED = Set.of(
            "not",
            "if",
            "then",
            "else",
            "patternProperties",
            "propertyNames",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "unevaluatedProperties",
            "unevaluatedItems",
            "additionalItems",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            "multipleOf",
            "minProperties",
            "maxProperties",
            "$dynamicRef",
            "$recursiveRef");

    private final JsonNode document;

    SchemaReader(String text) {
        if (text.length() > MAX_LENGTH) {
            throw Refusal.because("The schema has " + text.length() + " characters; the limit is " + MAX_LENGTH + ".");
        }
        try {
            document = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw Refusal.because("The schema is no JSON that can be read: it is malformed, repeats a key, or is nested"
                    + " deeper than " + MAX_NESTING + " levels.");
        }
    }

    JsonNode document() {
        return document;
    }

    /// What a `$ref` points to.
    JsonNode resolve(JsonNode reference) {
        String text = reference.asText();
        boolean local = text.equals("#") || text.startsWith("#/");
        if (!reference.isTextual() || !local) {
            throw Refusal.because("\"$ref\" must be \"#\" or begin with \"#/\", not be " + Refusal.quoted(text) + ".");
        }
        JsonNode target;
        try {
            String pointer = URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            target = document.at(JsonPointer.compile(pointer));
        } catch (IllegalArgumentException e) {
            throw Refusal.because("\"$ref\" " + Refusal.quoted(text) + " is no JSON pointer.");
        }
        if (target.isMissingNode()) {
            throw Refusal.because("\"$ref\" " + Refusal.quoted(text) + " points to nothing.");
        }
        return target;
    }

    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE when a constraint of it would be ignored
    static void requireSupported(JsonNode schema) {
        if (!schema.isObject()) {
            throw Refusal.because(
                    "A schema must be an object or a boolean, not " + Refusal.quoted(schema.toString()) + ".");
        }
        schema.properties().forEach(keyword -> {
            boolean harmless = keyword.getKey().equals("uniqueItems")
                    && !keyword.getValue().asBoolean();
            if (REFUSED.contains(keyword.getKey()) && !harmless) {
                throw Refusal.because("The keyword \"" + keyword.getKey() + "\" is not supported.");
            }
        });
    }

    /// A keyword that counts something; `fallback` where it is absent.
    static int count(JsonNode schema, String keyword, int fallback) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (!value.isNumber()
                || value.decimalValue().stripTrailingZeros().scale() > 0
                || value.decimalValue().signum() < 0) {
            throw Refusal.because("\"" + keyword + "\" must be a whole number that is not negative.");
        }
        return value.decimalValue().min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
    }
}
