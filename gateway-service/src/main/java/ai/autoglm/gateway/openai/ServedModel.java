package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;

/// A model of this gateway, as clients see it.
///
/// @param name the id that every answer carries
/// @param aliases other names that a request may use
/// @param root which weights are loaded, such as the bundle's source
/// @param fingerprint `fp_` and what tells one bundle from another: clients compare it between answers
/// @param created when the gateway began to serve it, in seconds since 1970: the same in every answer
/// @param maxModelLength longest prompt and completion together, in tokens
/// @param vocabularySize token ids in requests are below this
/// @param textEncoder how the model reads the text of a client
public record ServedModel(
        String name,
        Set<String> aliases,
        String root,
        String fingerprint,
        long created,
        int maxModelLength,
        int vocabularySize,
        Function<String, TokenIds> textEncoder) {
    public ServedModel {
        aliases = Set.copyOf(aliases);
    }

    /// Whether a request for this name, or for none, is a request for this model.
    public boolean answersTo(String requested) {
        return requested.isEmpty() || requested.equals(name) || aliases.contains(requested);
    }

    /// Refuses a request whose body asks for another model.
    public void requireAskedFor(JsonFields root) {
        root.string("model").filter(requested -> !answersTo(requested)).ifPresent(requested -> {
            throw notFound(requested);
        });
    }

    /// The error of a request for another model.
    public ServingException notFound(String requested) {
        return notFound(requested, Set.of(name));
    }

    /// The error of a request for a model that is not served.
    ///
    /// @param served the names of those that are
    public static ServingException notFound(String requested, Collection<String> served) {
        return new ServingException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "The model '" + JsonValue.echo(requested) + "' does not exist; this server serves '"
                                + String.join("', '", served) + "'.")
                .withParam("model");
    }
}
