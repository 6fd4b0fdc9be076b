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
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.openai.UnknownFields;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.PromptBatch;
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

    private final TextCompletionParser parser;
    private final GenerationPipeline pipeline;
    private final ServedModel servedModel;
    private final Tokenizer tokenizer;
    private final GatewayMetrics metrics;
    private final boolean strictFields;

    TextCompletionFrontEnd(ChatConfig config, LoadedModel model, GenerationPipeline pipeline, GatewayMetrics metrics) {
        this.servedModel = model.served(model.manifest().decoder().maxPositions());
        this.parser = new TextCompletionParser(servedModel, model.manifest().tokens(), config.maxChoices());
        this.pipeline = pipeline;
        this.tokenizer = model.tokenizer();
        this.metrics = metrics;
        this.strictFields = config.strictFields();
    }

    @Override
    public void answer(Supplier<byte[]> body, Client client, RequestRecord record) {
        TextCompletionRequest request = parse(body.get());
        GenerationRequest generation = new GenerationRequest(
                request.prompts().size(),
                request.generation(),
                ReasoningMode.RAW,
                ToolUse.NONE,
                false,
                () -> batch(request));
        try {
            pipeline.run(generation, client.answering(form(request)), record);
        } catch (ServingException e) {
            throw e.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED ? e.withParam("prompt") : e;
        }
    }

    private TextCompletionRequest parse(byte[] body) {
        JsonFields root = new JsonFields(JsonBody.parse(body), "");
        TextCompletionRequest request = parser.parse(root);
        metrics.unknownFields(UnknownFields.check(root.unknown(), strictFields));
        return request;
    }

    /// No template frames these prompts, so nothing of them passes through the fusion layer.
    private PromptBatch batch(TextCompletionRequest request) {
        List<Prompt> prompts = request.prompts().stream()
                .map(this::tokens)
                .map(ids -> new Prompt(
                        List.of(new Prompt.Segment.Text(ids, false)), TokenIds.empty(), null, routingKey(ids)))
                .toList();
        return new PromptBatch(prompts, List.of());
    }

    /// Control tokens in a text stay text; a client that wants them sends token ids. Source: API.md 6.4.
    private TokenIds tokens(RawPrompt prompt) {
        return switch (prompt) {
            case RawPrompt.Text(String text) -> tokenizer.encodeText(text);
            case RawPrompt.Tokens(TokenIds ids) -> ids;
        };
    }

    private AnswerForm form(TextCompletionRequest request) {
        CompletionIdentity identity = CompletionIdentity.next(ID_PREFIX, servedModel, Instant.now());
        TextBeginnings beginnings = new TextBeginnings(
                request.echo() ? request.prompts().stream().map(this::text).toList() : List.of(),
                request.generation().choiceCount());
        return request.stream().enabled()
                ? new AnswerForm.Streamed(
                        new TextCompletionEncoder(identity, request.stream(), beginnings, request.generation()))
                : new AnswerForm.Whole(new TextCompletionAssembler(identity, beginnings, request.generation()));
    }

    private String text(RawPrompt prompt) {
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
