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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A JSON schema document: its text, its references, and which keywords can be kept.
final class SchemaReader {
    private static final int MAX_LENGTH = 262_144;
    private static final int MAX_NESTING = 200;
    private static final int MAX_DIGITS = 400; // before the point or behind it: more than a double has

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

    /// A keyword of our own: values that are none of the schema's. A client's schema that has such a keyword is
    /// refused.
    static final String EXCLUDED = "\u0001excluded";

    /// A keyword of our own: regular expressions that a string must not hold.
    static final String NOT_PATTERN = "\u0001notPattern";

    /// A keyword of our own: `patternProperties` for names that are not declared, of schemas that were merged.
    static final String UNDECLARED = "\u0001undeclared";

    static final int MAX_CONTAINED = 100;

    /// Constraints that no automaton of ours keeps, each with the reason.
    private static final Map<String, String> REFUSED = Map.of(
            "unevaluatedItems", "use \"items\"",
            "additionalItems", "a list of items is \"prefixItems\", and what follows it \"items\"",
            "$dynamicRef", "use \"$ref\"",
            "$recursiveRef", "use \"$ref\"");

    private final JsonNode document;

    SchemaReader(String text) {
        if (text.length() > MAX_LENGTH) {
            throw Refusal.because("The schema has " + text.length() + " characters; the limit is " + MAX_LENGTH + ".");
        }
        try {
            document = JSON.readTree(text);
            requireReadable(document);
        } catch (JsonProcessingException e) {
            throw Refusal.because("The schema is no JSON that can be read: it is malformed, repeats a key, or is nested"
                    + " deeper than " + MAX_NESTING + " levels.");
        } catch (NumberFormatException e) {
            // An exponent that no number can have.
            throw tooManyDigits();
        }
    }

    private static void requireReadable(JsonNode node) {
        node.fieldNames().forEachRemaining(name -> {
            if (name.equals(EXCLUDED) || name.equals(NOT_PATTERN) || name.equals(UNDECLARED)) {
                throw Refusal.because("The schema has a keyword that begins with a control character.");
            }
        });
        if (node.isNumber()) {
            requireFewDigits(node.decimalValue());
        }
        node.forEach(SchemaReader::requireReadable);
    }

    /// Arithmetic writes them all out, and an exponent of a few characters stands for as many as it likes.
    private static void requireFewDigits(BigDecimal number) {
        if (number.precision() > MAX_DIGITS || number.scale() > MAX_DIGITS || number.scale() < -MAX_DIGITS) {
            throw tooManyDigits();
        }
    }

    private static RuntimeException tooManyDigits() {
        return Refusal.because("The schema has a number of more than " + MAX_DIGITS + " digits.");
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
        REFUSED.forEach((keyword, instead) -> {
            if (schema.has(keyword)) {
                throw Refusal.because("The keyword \"" + keyword + "\" is not supported: " + instead + ".");
            }
        });
    }

    /// The values of a keyword that has several where schemas were merged.
    static List<JsonNode> list(JsonNode schema, String keyword) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return List.of();
        }
        List<JsonNode> values = new ArrayList<>();
        value.forEach(values::add);
        return value.isArray() ? values : List.of(value);
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
