package ai.autoglm.gateway.transcription;

import ai.autoglm.gateway.AnswerForm;
import ai.autoglm.gateway.ChatConfig;
import ai.autoglm.gateway.Client;
import ai.autoglm.gateway.GenerationPipeline;
import ai.autoglm.gateway.GenerationRequest;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.openai.UnknownFields;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.prompt.Prompts;
import ai.autoglm.gateway.text.ReasoningMode;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The front end of `POST /v1/audio/transcriptions`.
@Singleton
final class Transcriber {
    private final TranscriptionParser parser;
    private final Prompts prompts;
    private final GenerationPipeline pipeline;
    private final GatewayMetrics metrics;
    private final @Nullable AudioSpec audio;
    private final boolean strictFields;

    Transcriber(
            ChatConfig config,
            LoadedModel model,
            Prompts prompts,
            GenerationPipeline pipeline,
            GatewayMetrics metrics) {
        this.parser = new TranscriptionParser(
                model.served(model.manifest().decoder().maxPositions()),
                config.maxAudioSize().asLongValue());
        this.prompts = prompts;
        this.pipeline = pipeline;
        this.metrics = metrics;
        this.audio = model.manifest().audio();
        this.strictFields = config.strictFields();
    }

    /// Answers one request, on the request's own thread.
    ///
    /// @param contentType with the form's boundary
    /// @throws ServingException why there is no answer, or no more of it
    void answer(String contentType, byte[] body, Client client, RequestRecord record) {
        AudioSpec spec = requireHearing();
        MultipartForm form = MultipartForm.parse(contentType, body);
        TranscriptionRequest request = parser.parse(form);
        metrics.unknownFields(UnknownFields.check(form.unknown(), strictFields));
        ChatRequest conversation = TranscriptionTask.conversation(request);
        GenerationRequest generation = new GenerationRequest(
                1,
                conversation.generation(),
                ReasoningMode.HIDDEN,
                ToolUse.NONE,
                false,
                () -> batch(conversation, request));
        try {
            pipeline.run(generation, client.answering(form(request, spec)), record);
        } catch (ServingException e) {
            throw e.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED ? e.withParam(TranscriptionTask.PARAM) : e;
        }
    }

    private AudioSpec requireHearing() {
        if (audio == null) {
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE, "The model that this server has loaded cannot hear audio.");
        }
        return audio;
    }

    private PromptBatch batch(ChatRequest conversation, TranscriptionRequest request) {
        List<Medium> media = List.of(Medium.Audio.of(request.file(), TranscriptionTask.PARAM));
        return new PromptBatch(
                List.of(prompts.build(conversation, media, new ThinkingPlan(false, ReasoningMode.HIDDEN))), media);
    }

    private static AnswerForm form(TranscriptionRequest request, AudioSpec spec) {
        return request.stream()
                ? new AnswerForm.Streamed(new TranscriptEncoder())
                : new AnswerForm.Whole(new TranscriptAssembler(request, spec.secondsPerToken()));
    }
}
