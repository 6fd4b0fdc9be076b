package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import java.util.List;
import java.util.Optional;

/// Reads to which language an answer has to belong. Source: API 1.2.
final class OutputFields {
    private static final String ANY_OBJECT = "{\"type\":\"object\"}";
    private static final int MAX_CHOICES = 10_000;

    /// What `structured_outputs` may hold, of which a request has one.
    private static final List<String> STRUCTURES = List.of("json", "json_object", "regex", "choice", "grammar", "name");

    /// How older clients of vLLM say the same, at the root of the body.
    private static final String OLDER_PREFIX = "guided_";

    private static final List<String> OLDER_STRUCTURES = List.of("json", "regex", "choice", "grammar");

    private final LanguageChecks checks;

    OutputFields(LanguageChecks checks) {
        this.checks = checks;
    }

    /// Empty where any text will do.
    Optional<GrammarSource> read(JsonFields root) {
        Optional<GrammarSource> format = root.object("response_format").flatMap(this::responseFormat);
        Optional<JsonValue> structured = root.find("structured_outputs");
        for (String name : OLDER_STRUCTURES) {
            Optional<JsonValue> older = root.find(OLDER_PREFIX + name);
            if (older.isPresent()) {
                refuseBesideOthers(older.get(), format.isPresent() || structured.isPresent());
                format = Optional.of(checked(name, older.get()));
            }
        }
        if (structured.isEmpty()) {
            return format;
        }
        refuseBesideOthers(structured.get(), format.isPresent());
        return Optional.of(structure(structured.get()));
    }

    private static void refuseBesideOthers(JsonValue value, boolean others) {
        if (others) {
            throw value.error(
                    ErrorCode.INVALID_VALUE,
                    "must not be given together with a 'response_format' other than text, or another structure.");
        }
    }

    private Optional<GrammarSource> responseFormat(JsonFields format) {
        return switch (format.require("type").oneOf(List.of("text", "json_object", "json_schema"))) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(new GrammarSource.JsonSchema(ANY_OBJECT));
            default -> Optional.of(jsonSchema(format.require("json_schema").fields()));
        };
    }

    private GrammarSource jsonSchema(JsonFields named) {
        named.require("name").identifier();
        named.string("description");
        named.bool("strict");
        JsonValue schema = named.require("schema");
        GrammarSource source = new GrammarSource.JsonSchema(schema.object().toString());
        checks.check(source, "Invalid schema for response_format: ", schema.path());
        return source;
    }

    private GrammarSource structure(JsonValue value) {
        JsonFields fields = value.fields();
        List<String> given = STRUCTURES.stream()
                .filter(name -> fields.find(name).isPresent())
                .toList();
        if (given.size() != 1) {
            throw value.error(
                    ErrorCode.INVALID_VALUE,
                    "must have exactly one of " + String.join(", ", STRUCTURES) + ", not " + given.size() + ".");
        }
        fields.unknown().stream().findFirst().ifPresent(name -> {
            throw new ServingException(
                            ErrorCode.UNSUPPORTED_PARAMETER, "'" + name + "' is not supported by this server.")
                    .withParam(name);
        });
        return checked(given.getFirst(), fields.require(given.getFirst()));
    }

    private GrammarSource checked(String name, JsonValue structure) {
        GrammarSource source = source(name, structure);
        checks.check(source, "Invalid '" + structure.path() + "': ", structure.path());
        return source;
    }

    private static GrammarSource source(String name, JsonValue value) {
        return switch (name) {
            case "json" -> new GrammarSource.JsonSchema(schemaText(value));
            case "json_object" -> anyObject(value);
            case "regex" -> new GrammarSource.Regex(value.string());
            case "choice" -> new GrammarSource.Choices(choices(value));
            case "grammar" -> new GrammarSource.Gbnf(value.string());
            default -> new GrammarSource.Named(value.string());
        };
    }

    private static GrammarSource anyObject(JsonValue value) {
        if (!value.bool()) {
            throw value.error(ErrorCode.INVALID_VALUE, "must be true.");
        }
        return new GrammarSource.JsonSchema(ANY_OBJECT);
    }

    /// vLLM takes a schema as text too.
    private static String schemaText(JsonValue value) {
        return value.isString() ? value.string() : value.object().toString();
    }

    private static List<String> choices(JsonValue value) {
        List<JsonValue> elements = value.elements(MAX_CHOICES);
        if (elements.isEmpty()) {
            throw value.error(ErrorCode.EMPTY_ARRAY, "must have at least one text.");
        }
        return elements.stream().map(JsonValue::string).toList();
    }
}
