package ai.autoglm.gateway.responses;

import ai.autoglm.gateway.AnswerForm;
import ai.autoglm.gateway.ChatConfig;
import ai.autoglm.gateway.ChatPipeline;
import ai.autoglm.gateway.Client;
import ai.autoglm.gateway.FrontEnd;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.ModelLease;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.UnknownFields;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.function.Supplier;

/// The front end of `POST /v1/responses`: items to a conversation, and events to items.
@Singleton
final class ResponsesFrontEnd implements FrontEnd {
    private static final String ID_PREFIX = "resp_";

    private final Models models;
    private final ChatPipeline chat;
    private final GatewayMetrics metrics;
    private final boolean strictFields;

    ResponsesFrontEnd(ChatConfig config, ChatPipeline chat, Models models, GatewayMetrics metrics) {
        this.models = models;
        this.chat = chat;
        this.metrics = metrics;
        this.strictFields = config.strictFields();
    }

    @Override
    public void answer(Supplier<byte[]> body, Client client, RequestRecord record) {
        JsonFields root = new JsonFields(JsonBody.parse(body.get()), "");
        try (ModelLease lease = models.assign(record.caller(), root)) {
            answer(lease.model(), root, client, record);
        }
    }

    private void answer(LoadedModel model, JsonFields root, Client client, RequestRecord record) {
        ResponseRequest request = new ResponseRequestParser(model.manifest().generation()).parse(root);
        metrics.unknownFields(UnknownFields.check(root.unknown(), strictFields));
        try {
            ChatRequest conversation = chat.parse(model, new JsonFields(request.chatBody(), ""));
            chat.answer(model, conversation, client.answering(form(model, request)), record);
        } catch (ServingException e) {
            throw request.names().translate(e);
        }
    }

    private static AnswerForm form(LoadedModel model, ResponseRequest request) {
        CompletionIdentity identity = CompletionIdentity.next(ID_PREFIX, model.served(), Instant.now());
        return request.stream()
                ? new AnswerForm.Streamed(new ResponseEncoder(identity, request.echo()))
                : new AnswerForm.Whole(new ResponseAssembler(identity, request.echo()));
    }
}
