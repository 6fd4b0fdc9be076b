package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Fields of the contract that change nothing here: those that are accepted once their type is right, and those that
/// are refused because ignoring them would be a lie. Source: API 1.2.
final class UnservedFields {
    private static final List<String> ACCEPTED_STRINGS =
            List.of("user", "service_tier", "prompt_cache_key", "prompt_cache_retention", "verbosity", "request_id");
    private static final List<String> ACCEPTED_BOOLEANS =
            List.of("store", "spaces_between_special_tokens", "stream_reasoning");
    private static final List<String> ACCEPTED_OBJECTS = List.of("prompt_cache_options", "prediction", "vllm_xargs");
    private static final List<String> REFUSED = List.of(
            "audio",
            "web_search_options",
            "moderation",
            "chat_template",
            "documents",
            "logits_processors",
            "kv_transfer_params",
            "truncate_prompt_tokens",
            "prompt_embeds",
            "image_embeds",
            "audio_embeds");
    private static final List<String> REFUSED_UNLESS_EMPTY = List.of("media_io_kwargs");
    private static final List<String> REFUSED_WHEN_TRUE = List.of("use_beam_search");

    private UnservedFields() {}

    static void check(JsonFields root) {
        accept(root);
        refuse(root);
        root.find("modalities").ifPresent(UnservedFields::checkModalities);
    }

    private static void accept(JsonFields root) {
        ACCEPTED_STRINGS.forEach(root::string);
        ACCEPTED_BOOLEANS.forEach(root::bool);
        ACCEPTED_OBJECTS.forEach(root::object);
        root.number("length_penalty", -Double.MAX_VALUE, Double.MAX_VALUE);
        root.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE);
        root.find("safety_identifier").ifPresent(value -> value.string(64));
        root.find("cache_salt").ifPresent(value -> value.string(128));
        root.find("metadata").ifPresent(UnservedFields::checkMetadata);
    }

    private static void refuse(JsonFields root) {
        refuseWhen(root, REFUSED, value -> true);
        refuseWhen(root, REFUSED_UNLESS_EMPTY, value -> !value.node().isEmpty());
        refuseWhen(root, REFUSED_WHEN_TRUE, JsonValue::bool);
        Consumer<JsonValue> pointToTools = value -> {
            throw value.error(ErrorCode.UNSUPPORTED_PARAMETER, "is not supported: use 'tools'.");
        };
        root.find("functions").ifPresent(pointToTools);
        root.find("function_call").ifPresent(pointToTools);
    }

    private static void refuseWhen(JsonFields root, List<String> names, Predicate<JsonValue> refused) {
        names.forEach(name -> root.find(name).filter(refused).ifPresent(value -> {
            throw value.error(ErrorCode.UNSUPPORTED_PARAMETER, "is not supported by this server.");
        }));
    }

    private static void checkModalities(JsonValue modalities) {
        for (JsonValue modality : modalities.elements()) {
            if (!modality.string().equals("text")) {
                throw modality.error(ErrorCode.UNSUPPORTED_VALUE, "must be text: no other output is supported.");
            }
        }
    }

    private static void checkMetadata(JsonValue value) {
        var pairs = value.fields().entries();
        if (pairs.size() > 16) {
            throw value.error(ErrorCode.INVALID_VALUE, "may have at most 16 pairs, not " + pairs.size() + ".");
        }
        pairs.forEach((key, text) -> {
            if (key.length() > 64) {
                throw text.error(ErrorCode.STRING_ABOVE_MAX_LENGTH, "has a name of more than 64 characters.");
            }
            text.string(512);
        });
    }
}
