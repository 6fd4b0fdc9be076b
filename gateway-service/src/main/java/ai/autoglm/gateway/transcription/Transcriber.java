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
import ai.autoglm.gateway.model.ModelLease;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.openai.UnknownFields;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.prompt.PromptEncoding;
import ai.autoglm.gateway.prompt.Prompts;
import ai.autoglm.gateway.text.ReasoningMode;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import com.google.protobuf.ByteString;
import jakarta.inject.Singleton;
import java.util.List;

/// The front end of `POST /v1/audio/transcriptions`.
@Singleton
final class Transcriber {
    private final Models models;
    private final GenerationPipeline pipeline;
    private final PromptEncoding encoding;
    private final GatewayMetrics metrics;
    private final long maxFileBytes;
    private final boolean strictFields;

    Transcriber(
            ChatConfig config,
            Models models,
            GenerationPipeline pipeline,
            PromptEncoding encoding,
            GatewayMetrics metrics) {
        this.models = models;
        this.pipeline = pipeline;
        this.encoding = encoding;
        this.metrics = metrics;
        this.maxFileBytes = config.maxAudioSize().asLongValue();
        this.strictFields = config.strictFields();
    }

    /// Answers one request, on the request's own thread.
    ///
    /// @param contentType with the form's boundary
    /// @throws ServingException why there is no answer, or no more of it
    void answer(String contentType, byte[] body, Client client, RequestRecord record) {
        MultipartForm form = MultipartForm.parse(contentType, body);
        String name = form.find("model").orElse("");
        try (ModelLease lease = models.assign(record.caller(), name, () -> key(form))) {
            answer(lease.model(), form, client, record);
        }
    }

    /// The same recording always finds the same bundle.
    private static ByteString key(MultipartForm form) {
        return ByteString.copyFrom(
                Sha256.begin().digest(form.requireFile("file").toByteArray()));
    }

    private void answer(LoadedModel model, MultipartForm form, Client client, RequestRecord record) {
        AudioSpec spec = requireHearing(model);
        TranscriptionRequest request = new TranscriptionParser(model.served(), maxFileBytes).parse(form);
        metrics.unknownFields(UnknownFields.check(form.unknown(), strictFields));
        ChatRequest conversation = TranscriptionTask.conversation(request);
        GenerationRequest generation = new GenerationRequest(
                model,
                1,
                conversation.generation(),
                ReasoningMode.HIDDEN,
                ToolUse.NONE,
                false,
                () -> batch(model, conversation, request));
        try {
            pipeline.run(generation, client.answering(form(request, spec)), record);
        } catch (ServingException e) {
            throw e.code() == ErrorCode.CONTEXT_LENGTH_EXCEEDED ? e.withParam(TranscriptionTask.PARAM) : e;
        }
    }

    private static AudioSpec requireHearing(LoadedModel model) {
        AudioSpec audio = model.manifest().audio();
        if (audio == null) {
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE, "The model that this server has loaded cannot hear audio.");
        }
        return audio;
    }

    private PromptBatch batch(LoadedModel model, ChatRequest conversation, TranscriptionRequest request) {
        List<Medium> media = List.of(Medium.Audio.of(request.file(), TranscriptionTask.PARAM));
        ThinkingPlan thinking = new ThinkingPlan(false, ReasoningMode.HIDDEN);
        EncodingWatch watch = encoding.watch(model, conversation.messages());
        return new PromptBatch(List.of(Prompts.of(model).build(conversation, media, thinking, watch)), media);
    }

    private static AnswerForm form(TranscriptionRequest request, AudioSpec spec) {
        return request.stream()
                ? new AnswerForm.Streamed(new TranscriptEncoder())
                : new AnswerForm.Whole(new TranscriptAssembler(request, spec.secondsPerToken()));
    }
}
