package ai.autoglm.gateway;

import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.decode.DecodeEvent;
import ai.autoglm.gateway.decode.Decoders;
import ai.autoglm.gateway.decode.FusedPrompt;
import ai.autoglm.gateway.decode.Generation;
import ai.autoglm.gateway.encode.EncodedMedia;
import ai.autoglm.gateway.encode.Encoders;
import ai.autoglm.gateway.media.MediaLimits;
import ai.autoglm.gateway.media.MediaLoader;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.media.RemoteFiles;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.ModelConfig;
import ai.autoglm.gateway.openai.ChatLimits;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ChatRequestParser;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.ParsedChatRequest;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.Prompts;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.gateway.text.CompletionText;
import ai.autoglm.gateway.text.DefaultThinking;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.image.ImageLimits;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// The path of one chat request, from its body to the last event of its answer. Source: ARCHITECTURE.md.
///
/// Runs on the request's own thread, within a gRPC context whose end cancels every call to a backend.
@Singleton
public final class ChatPipeline {
    private final ChatRequestParser parser;
    private final Admission admission;
    private final MediaLoader mediaLoader;
    private final Prompts prompts;
    private final Encoders encoders;
    private final Decoders decoders;
    private final LoadedModel model;
    private final ServedModel servedModel;
    private final DefaultThinking defaultThinking;
    private final GatewayMetrics metrics;

    public ChatPipeline(
            ChatConfig config,
            ModelConfig modelConfig,
            LoadedModel model,
            Admission admission,
            RemoteFiles remoteFiles,
            Prompts prompts,
            Encoders encoders,
            Decoders decoders,
            GatewayMetrics metrics) {
        this.model = model;
        this.servedModel = model.served(model.manifest().decoder().maxPositions());
        this.parser = new ChatRequestParser(
                servedModel, new ChatLimits(config.maxImages(), config.maxAudios(), config.strictFields()));
        this.defaultThinking = modelConfig.defaultThinkingMode();
        this.admission = admission;
        this.mediaLoader = new MediaLoader(
                model.manifest(),
                new MediaLimits(
                        config.maxImageSize().asLongValue(),
                        config.maxAudioSize().asLongValue(),
                        config.maxMediaSize().asLongValue(),
                        ImageLimits.DEFAULT),
                remoteFiles);
        this.prompts = prompts;
        this.encoders = encoders;
        this.decoders = decoders;
        this.metrics = metrics;
    }

    /// Answers one request.
    ///
    /// @param body waits for the request body; its bytes are not kept
    /// @param client learns of the answer as it comes; nothing reaches it before every backend has
    ///     accepted the request
    /// @param record of what the request cost
    /// @throws ServingException why there is no answer, or no more of it
    public void answer(Supplier<byte[]> body, CompletionSink client, RequestRecord record) {
        ChatRequest request = parse(body.get());
        ThinkingPlan thinking = ThinkingPlan.of(request.thinking(), defaultThinking);
        try (Admission.Permit _ = admission.admit()) {
            List<Medium> media = mediaLoader.load(request);
            Prompt prompt = prompts.build(request, media, thinking);
            try (EncodedMedia encoded = encoders.encode(media, record.id())) {
                FusedPrompt fused = FusedPrompt.of(prompt, encoded);
                record.reserve(fused.tokenCount()
                        + Objects.requireNonNullElse(request.maxTokens(), 0).longValue());
                try (Generation generation = decoders.generate(fused, request, record.id())) {
                    CompletionText text = completionText(request, thinking, prompt, fused, generation);
                    record.accepted(fused.tokenCount(), generation.cachedTokenCount());
                    client.open(CompletionIdentity.next(servedModel, Instant.now()), request.stream(), text.usage());
                    relay(generation, text, client, record);
                }
            }
        }
    }

    private ChatRequest parse(byte[] body) {
        ParsedChatRequest parsed = parser.parse(body);
        metrics.unknownFields(parsed.ignoredFields().size());
        return parsed.request();
    }

    private CompletionText completionText(
            ChatRequest request, ThinkingPlan thinking, Prompt prompt, FusedPrompt fused, Generation generation) {
        return new CompletionText(
                model.tokenizer(),
                Set.copyOf(model.manifest().tokens().endOfSequence()),
                thinking.mode(),
                prompt.opensAnswer(),
                request.stop(),
                new PromptTokenCounts(fused.tokenCount(), generation.cachedTokenCount(), fused.audioTokenCount()));
    }

    /// Detokenises and writes until the decoder or a stop string ends the generation.
    private static void relay(Generation generation, CompletionText text, CompletionSink client, RequestRecord record) {
        FinishReason reason = null;
        while (reason == null) {
            switch (generation.next()) {
                case DecodeEvent.Progress _ -> {}
                case DecodeEvent.Token token -> {
                    List<CompletionEvent> events = text.append(token.id());
                    record.token();
                    client.start(text.usage());
                    write(events, text, client);
                    reason = text.stopped() ? FinishReason.STOP : null;
                }
                case DecodeEvent.Finished finished ->
                    reason = switch (finished.reason()) {
                        case STOP -> FinishReason.STOP;
                        case LENGTH -> FinishReason.LENGTH;
                    };
            }
        }
        generation.close();
        record.finished(reason.wireName());
        write(text.finish(reason), text, client);
    }

    private static void write(List<CompletionEvent> events, CompletionText text, CompletionSink client) {
        for (CompletionEvent event : events) {
            client.write(event, text.usage());
        }
    }
}
