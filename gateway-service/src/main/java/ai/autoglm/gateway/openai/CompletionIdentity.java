package ai.autoglm.gateway.openai;

import java.time.Instant;
import java.util.UUID;

/// What an answer and every chunk of it carry alike.
///
/// @param id unique, begins with what tells the kind of answer, such as `chatcmpl-`
/// @param created in seconds since 1970
/// @param model the served name, whichever alias was asked for
public record CompletionIdentity(String id, long created, String model, String systemFingerprint) {
    public static CompletionIdentity next(String prefix, ServedModel model, Instant now) {
        String id = prefix + UUID.randomUUID().toString().replace("-", "");
        return new CompletionIdentity(id, now.getEpochSecond(), model.name(), model.fingerprint());
    }
}
