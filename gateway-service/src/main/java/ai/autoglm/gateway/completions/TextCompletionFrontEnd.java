package ai.autoglm.gateway.completions;

import ai.autoglm.gateway.AnswerForm;
import ai.autoglm.gateway.ChatConfig;
import ai.autoglm.gateway.Client;
import ai.autoglm.gateway.FrontEnd;
import ai.autoglm.gateway.GenerationPipeline;
import ai.autoglm.gateway.GenerationRequest;
import ai.autoglm.gateway.completions.TextCompletionRequest.RawPrompt;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.ModelLease;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.model.PerModel;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.openai.UnknownFields;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.prompt.PromptEncoding;
import ai.autoglm.gateway.text.ReasoningMode;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.google.protobuf.ByteString;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The front end of `POST /v1/completions`: raw prompts to raw text, tags of thought included.
@Singleton
final class TextCompletionFrontEnd implements FrontEnd {
    private static final String ID_PREFIX = "cmpl-";

    /// Prompts that begin with the same tokens go to the same decoder: its prefix cache serves them.
    private static final int ROUTING_TOKEN_COUNT = 64;

    private final Models models;
    private final PerModel<TextCompletionParser> parsers;
    private final GenerationPipeline pipeline;
    private final PromptEncoding encoding;
    private final GatewayMetrics metrics;
    private final boolean strictFields;

    TextCompletionFrontEnd(
            ChatConfig config,
            Models models,
            GenerationPipeline pipeline,
            PromptEncoding encoding,
            GatewayMetrics metrics) {
        this.models = models;
        this.parsers = new PerModel<>(model ->
                new TextCompletionParser(model.served(), model.manifest().tokens(), config.maxChoices()));
        this.pipeline = pipeline;
        this.encoding = encoding;
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
        TextCompletionRequest request = parse(model, root);
        GenerationRequest generation = new GenerationRequest(
                model,
                request.prompts().size(),
                request.generation(),
                ReasoningMode.RAW,
                ToolUse.NONE,
                false,
                () -> batch(model, request));
        try {
            pipeline.run(generation, client.answering(form(model, request)), record);
        } catch (ServingException e) {
            throw e.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED ? e.withParam("prompt") : e;
        }
    }

    private TextCompletionRequest parse(LoadedModel model, JsonFields root) {
        TextCompletionRequest request = parsers.of(model).parse(root);
        metrics.unknownFields(UnknownFields.check(root.unknown(), strictFields));
        return request;
    }

    /// No template frames these prompts, so nothing of them passes through the fusion layer.
    private PromptBatch batch(LoadedModel model, TextCompletionRequest request) {
        List<Prompt> prompts = request.prompts().stream()
                .map(prompt -> tokens(model, prompt))
                .map(ids -> new Prompt(
                        List.of(new Prompt.Segment.Text(ids, false)), TokenIds.empty(), null, routingKey(ids)))
                .toList();
        return new PromptBatch(prompts, List.of());
    }

    /// Control tokens in a text stay text; a client that wants them sends token ids. Source: API.md 6.4.
    private TokenIds tokens(LoadedModel model, RawPrompt prompt) {
        return switch (prompt) {
            case RawPrompt.Text(String text) -> encoding.encode(model, text);
            case RawPrompt.Tokens(TokenIds ids) -> ids;
        };
    }

    private static AnswerForm form(LoadedModel model, TextCompletionRequest request) {
        CompletionIdentity identity = CompletionIdentity.next(ID_PREFIX, model.served(), Instant.now());
        TextBeginnings beginnings = new TextBeginnings(
                request.echo()
                        ? request.prompts().stream()
                                .map(prompt -> text(model.tokenizer(), prompt))
                                .toList()
                        : List.of(),
                request.generation().choiceCount());
        return request.stream().enabled()
                ? new AnswerForm.Streamed(
                        new TextCompletionEncoder(identity, request.stream(), beginnings, request.generation()))
                : new AnswerForm.Whole(new TextCompletionAssembler(identity, beginnings, request.generation()));
    }

    private static String text(Tokenizer tokenizer, RawPrompt prompt) {
        return switch (prompt) {
            case RawPrompt.Text(String text) -> text;
            case RawPrompt.Tokens(TokenIds ids) -> tokenizer.text(ids);
        };
    }

    private static ByteString routingKey(TokenIds ids) {
        ByteBuffer bytes = ByteBuffer.allocate(ROUTING_TOKEN_COUNT * Integer.BYTES);
        ids.stream().limit(ROUTING_TOKEN_COUNT).forEach(bytes::putInt);
        return ByteString.copyFrom(bytes.flip());
    }
}
