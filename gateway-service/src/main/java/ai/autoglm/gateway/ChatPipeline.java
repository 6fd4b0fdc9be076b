package ai.autoglm.gateway;

import ai.autoglm.gateway.media.MediaLimits;
import ai.autoglm.gateway.media.MediaLoader;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.media.RemoteFiles;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.ModelConfig;
import ai.autoglm.gateway.model.ModelLease;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.model.PerModel;
import ai.autoglm.gateway.openai.ChatLimits;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ChatRequestParser;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.JsonBody;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ParsedChatRequest;
import ai.autoglm.gateway.openai.PixelRange;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.prompt.PromptEncoding;
import ai.autoglm.gateway.prompt.Prompts;
import ai.autoglm.gateway.sse.ChatChunkEncoder;
import ai.autoglm.gateway.text.CompletionAssembler;
import ai.autoglm.gateway.text.DefaultThinking;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The front end of `POST /v1/chat/completions`: from a body to prompts, and from events to the words of the
/// contract. Front ends whose requests are conversations too make a [ChatRequest] of their own and share the way
/// from there.
@Singleton
public final class ChatPipeline implements FrontEnd {
    /// What depends on the bundle that a request was assigned to.
    private record Rules(ChatRequestParser parser, MediaLoader mediaLoader) {}

    private static final String ID_PREFIX = "chatcmpl-";

    private final Models models;
    private final PerModel<Rules> rules;
    private final GenerationPipeline pipeline;
    private final DefaultThinking defaultThinking;
    private final PromptEncoding encoding;
    private final GatewayMetrics metrics;

    public ChatPipeline(
            ChatConfig config,
            ModelConfig modelConfig,
            Models models,
            RemoteFiles remoteFiles,
            GenerationPipeline pipeline,
            PromptEncoding encoding,
            GatewayMetrics metrics) {
        this.models = models;
        this.rules = new PerModel<>(model -> rules(config, model, remoteFiles));
        this.defaultThinking = modelConfig.defaultThinkingMode();
        this.pipeline = pipeline;
        this.encoding = encoding;
        this.metrics = metrics;
    }

    @Override
    public void answer(Supplier<byte[]> body, Client client, RequestRecord record) {
        JsonFields root = new JsonFields(JsonBody.parse(body.get()), "");
        try (ModelLease lease = models.assign(record.caller(), root)) {
            ChatRequest request = parse(lease.model(), root);
            answer(lease.model(), request, client.answering(form(lease.model(), request)), record);
        }
    }

    /// Reads a body by the rules of chat completions.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException of a code that is the client's to mend
    public ChatRequest parse(LoadedModel model, JsonFields body) {
        ParsedChatRequest parsed = rules.of(model).parser().parse(body);
        metrics.unknownFields(parsed.ignoredFields().size());
        return parsed.request();
    }

    /// Answers a conversation, whoever read it, in whichever form.
    public void answer(LoadedModel model, ChatRequest request, CompletionSink client, RequestRecord record) {
        requireToolFormat(model, request.tools());
        ThinkingPlan thinking = ThinkingPlan.of(request.thinking(), defaultThinking, request.structured());
        GenerationRequest generation = new GenerationRequest(
                model,
                1,
                request.generation(),
                thinking.mode(),
                request.tools(),
                request.beginning().echoed(),
                () -> prompt(model, request, record));
        pipeline.run(generation, client, record);
    }

    /// A model that was never taught to call tools cannot choose to; a grammar can make it. Source: API D6.
    private static void requireToolFormat(LoadedModel model, ToolUse tools) {
        if (tools.choice() == ToolUse.Choice.AUTO && !Prompts.of(model).hasToolFormat()) {
            throw new ServingException(
                            ErrorCode.UNSUPPORTED_VALUE,
                            "'tool_choice' must not be auto: the chat template of this model has no tool format. Use"
                                    + " 'required' or name a function to force a call.")
                    .withParam("tool_choice");
        }
    }

    /// The prompt that a conversation becomes, with its media loaded.
    ///
    /// @throws ServingException when a medium cannot be read, the template cannot render the conversation, or no
    ///     context holds it
    public PromptBatch prompt(LoadedModel model, ChatRequest request, RequestRecord record) {
        ThinkingPlan thinking = ThinkingPlan.of(request.thinking(), defaultThinking, request.structured());
        EncodingWatch watch = encoding.watch(model, request.messages());
        List<Medium> media = load(model, request, record);
        return new PromptBatch(List.of(Prompts.of(model).build(request, media, thinking, watch)), media);
    }

    private List<Medium> load(LoadedModel model, ChatRequest request, RequestRecord record) {
        try (Stage _ = record.begin("load-media")) {
            return rules.of(model).mediaLoader().load(request, record.held());
        }
    }

    private static AnswerForm form(LoadedModel model, ChatRequest request) {
        CompletionIdentity identity = CompletionIdentity.next(ID_PREFIX, model.served(), Instant.now());
        return request.stream().enabled()
                ? new AnswerForm.Streamed(new ChatChunkEncoder(
                        identity,
                        request.stream(),
                        request.generation().tokenForm(),
                        request.tools().choice() != ToolUse.Choice.NONE))
                : new AnswerForm.Whole(new CompletionAssembler(identity, request.generation()));
    }

    private static Rules rules(ChatConfig config, LoadedModel model, RemoteFiles remoteFiles) {
        MediaLimits mediaLimits = new MediaLimits(
                config.maxImageSize().asLongValue(),
                config.maxAudioSize().asLongValue(),
                config.maxMediaSize().asLongValue(),
                config.maxTotalPixels(),
                ImageLimits.DEFAULT);
        return new Rules(
                new ChatRequestParser(
                        model.served(), limits(config, model.manifest().vision())),
                new MediaLoader(model.manifest(), mediaLimits, remoteFiles));
    }

    private static ChatLimits limits(ChatConfig config, @Nullable VisionSpec vision) {
        PixelRange pixels = vision == null
                ? null
                : new PixelRange(
                        vision.minPixels() / vision.temporalPatchSize(),
                        vision.maxPixels() / vision.temporalPatchSize());
        return new ChatLimits(
                config.maxImages(), config.maxAudios(), config.maxChoices(), pixels, config.strictFields());
    }
}
