package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/// Turns texts and conversations into token ids, and token ids into text.
@Singleton
final class Tokenizing {
    private final Backends backends;
    private final Admission admission;
    private final ChatPipeline chat;
    private final PromptTokens promptTokens;
    private final Tokenizer tokenizer;

    Tokenizing(
            Backends backends, Admission admission, ChatPipeline chat, PromptTokens promptTokens, LoadedModel model) {
        this.backends = backends;
        this.admission = admission;
        this.chat = chat;
        this.promptTokens = promptTokens;
        this.tokenizer = model.tokenizer();
    }

    /// @throws ServingException of a code that is the client's to mend, or OVERLOADED
    TokenizeResponse tokenize(byte[] body, RequestRecord record) {
        ServedModel model = backends.servedModel();
        JsonFields root = new JsonFields(JsonBody.parse(body), "");
        boolean withStrings = root.bool("return_token_strs").orElse(false);
        // No tokenizer that can be served adds tokens of its own, so there is nothing to switch off.
        root.bool("add_special_tokens");
        Supplier<TokenIds> tokens = tokens(root, model, record);
        try (Admission.Permit _ = admission.admit(record.caller(), 1)) {
            TokenIds ids = tokens.get();
            List<String> strings =
                    withStrings ? ids.stream().mapToObj(tokenizer::text).toList() : null;
            return new TokenizeResponse(
                    ids.size(), model.maxModelLength(), ids.stream().boxed().toList(), strings);
        }
    }

    /// @throws ServingException of a code that is the client's to mend, or OVERLOADED
    DetokenizeResponse detokenize(byte[] body, RequestRecord record) {
        DetokenizeRequest request = DetokenizeRequest.parse(body, backends.servedModel());
        try (Admission.Permit _ = admission.admit(record.caller(), 1)) {
            return new DetokenizeResponse(tokenizer.text(request.ids()));
        }
    }

    /// Checks the request at once, and does the work when it is asked for the tokens.
    private Supplier<TokenIds> tokens(JsonFields root, ServedModel model, RequestRecord record) {
        if (root.find("messages").isEmpty()) {
            model.requireAskedFor(root);
            String prompt = root.require("prompt").string();
            return () -> tokenizer.encodeText(prompt);
        }
        root.find("prompt").ifPresent(prompt -> {
            throw prompt.error(ErrorCode.INVALID_VALUE, "must not stand beside 'messages'.");
        });
        ChatRequest conversation = chat.parse(root);
        return () -> promptTokens.of(chat.prompt(conversation, record), record);
    }
}
