package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.ModelLease;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.prompt.PromptEncoding;
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
    private final Models models;
    private final Admission admission;
    private final ChatPipeline chat;
    private final PromptEncoding encoding;
    private final PromptTokens promptTokens;

    Tokenizing(
            Models models, Admission admission, ChatPipeline chat, PromptEncoding encoding, PromptTokens promptTokens) {
        this.models = models;
        this.admission = admission;
        this.chat = chat;
        this.encoding = encoding;
        this.promptTokens = promptTokens;
    }

    /// @throws ServingException of a code that is the client's to mend, or OVERLOADED
    TokenizeResponse tokenize(byte[] body, RequestRecord record) {
        JsonFields root = new JsonFields(JsonBody.parse(body), "");
        try (ModelLease lease = models.assign(record.caller(), root)) {
            return tokenize(lease.model(), root, record);
        }
    }

    /// @throws ServingException of a code that is the client's to mend, or OVERLOADED
    DetokenizeResponse detokenize(byte[] body, RequestRecord record) {
        JsonFields root = new JsonFields(JsonBody.parse(body), "");
        try (ModelLease lease = models.assign(record.caller(), root);
                Admission.Permit _ = admission.admit(record.caller(), 1)) {
            LoadedModel model = lease.model();
            return new DetokenizeResponse(model.tokenizer()
                    .text(DetokenizeRequest.parse(root, model.served()).ids()));
        }
    }

    private TokenizeResponse tokenize(LoadedModel model, JsonFields root, RequestRecord record) {
        Tokenizer tokenizer = model.tokenizer();
        boolean withStrings = root.bool("return_token_strs").orElse(false);
        // No tokenizer that can be served adds tokens of its own, so there is nothing to switch off.
        root.bool("add_special_tokens");
        Supplier<TokenIds> tokens = tokens(root, model, record);
        try (Admission.Permit _ = admission.admit(record.caller(), 1)) {
            TokenIds ids = tokens.get();
            List<String> strings =
                    withStrings ? ids.stream().mapToObj(tokenizer::text).toList() : null;
            return new TokenizeResponse(
                    ids.size(),
                    models.served(model).maxModelLength(),
                    ids.stream().boxed().toList(),
                    strings);
        }
    }

    private TokenIds encode(LoadedModel model, String prompt) {
        try {
            return encoding.encode(model, prompt);
        } catch (ServingException e) {
            throw e.withParam("prompt");
        }
    }

    /// Checks the request at once, and does the work when it is asked for the tokens.
    private Supplier<TokenIds> tokens(JsonFields root, LoadedModel model, RequestRecord record) {
        if (root.find("messages").isEmpty()) {
            model.served().requireAskedFor(root);
            String prompt = root.require("prompt").string();
            return () -> encode(model, prompt);
        }
        root.find("prompt").ifPresent(prompt -> {
            throw prompt.error(ErrorCode.INVALID_VALUE, "must not stand beside 'messages'.");
        });
        ChatRequest conversation = chat.parse(model, root);
        return () -> promptTokens.of(model, chat.prompt(model, conversation, record), record);
    }
}
