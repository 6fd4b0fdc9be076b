package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Turns texts into token ids, and token ids into text.
@Singleton
final class Tokenizing {
    private final Backends backends;
    private final Admission admission;
    private final Tokenizer tokenizer;

    Tokenizing(Backends backends, Admission admission, LoadedModel model) {
        this.backends = backends;
        this.admission = admission;
        this.tokenizer = model.tokenizer();
    }

    /// @throws ai.autoglm.toolkit.error.ServingException of a code that is the client's to mend, or OVERLOADED
    TokenizeResponse tokenize(byte[] body, String requestId) {
        ServedModel model = backends.servedModel();
        JsonFields root = new JsonFields(JsonBody.parse(body), "");
        model.requireAskedFor(root);
        // No tokenizer that can be served adds tokens of its own, so there is nothing to switch off.
        root.bool("add_special_tokens");
        boolean withStrings = root.bool("return_token_strs").orElse(false);
        String prompt = root.require("prompt").string();
        try (Admission.Permit _ = admission.admit()) {
            TokenIds ids = tokenizer.encodeText(prompt);
            List<String> strings =
                    withStrings ? ids.stream().mapToObj(tokenizer::text).toList() : null;
            return new TokenizeResponse(
                    ids.size(), model.maxModelLength(), ids.stream().boxed().toList(), strings);
        }
    }

    /// @throws ai.autoglm.toolkit.error.ServingException of a code that is the client's to mend, or OVERLOADED
    DetokenizeResponse detokenize(byte[] body) {
        DetokenizeRequest request = DetokenizeRequest.parse(body, backends.servedModel());
        try (Admission.Permit _ = admission.admit()) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            request.ids().stream().forEach(id -> text.writeBytes(tokenizer.bytes(id)));
            return new DetokenizeResponse(text.toString(StandardCharsets.UTF_8));
        }
    }
}
