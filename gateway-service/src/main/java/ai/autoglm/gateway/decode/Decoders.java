package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.admission.KeyLimits;
import ai.autoglm.gateway.backend.Backend;
import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.error.ContextLength;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Starts generations on decoders.
@Singleton
public final class Decoders {
    private final Backends backends;
    private final BundleManifest manifest;
    private final DecodeConfig config;
    private final KeyLimits limits;

    public Decoders(Backends backends, LoadedModel model, DecodeConfig config, KeyLimits limits) {
        this.backends = backends;
        this.manifest = model.manifest();
        this.config = config;
        this.limits = limits;
    }

    /// Hands a prompt to a decoder and waits until it has a place there. Rows of media follow in the
    /// background.
    ///
    /// @param seed of this choice
    /// @param record of the request: its id, and whose prefix cache serves it
    /// @throws ServingException CONTEXT_LENGTH_EXCEEDED when prompt and completion do not fit,
    ///     BACKEND_UNAVAILABLE when no decoder can be reached, or the decoder's refusal
    public Generation generate(FusedPrompt prompt, GenerationOptions options, long seed, RequestRecord record) {
        Backend decoder = backends.pool(BackendKind.DECODER).choose(prompt.routingKey());
        int maxTokens = completionLimit(decoder.description().maxModelLen(), prompt.tokenCount(), options.maxTokens());
        GenerateRequest start = StartMessage.of(
                manifest.bundleId(),
                record.id(),
                config.prefixCachePerKey() ? record.caller().name() : "",
                DecoderShare.of(record.caller(), limits),
                prompt,
                StartMessage.sampling(options.sampling(), manifest.generation(), seed),
                StartMessage.stop(options.stop(), maxTokens),
                options.topLogprobs());
        Stage stage = record.trace().beginCall("generate");
        ClientExchange<GenerateRequest, GenerateResponse> call = ClientExchange.open(
                DecoderGrpc.newStub(stage.on(decoder.channel()))::generate,
                BackendKind.DECODER.label(),
                config.progressTimeout());
        try {
            call.requests().send(start);
            int cachedTokenCount = awaitAcceptance(call);
            stage.event("accepted");
            RowRelay relay = new RowRelay(prompt, cachedTokenCount, call);
            relay.start();
            return new Generation(call, relay, cachedTokenCount, config.progressTimeout(), record, stage);
        } catch (ServingException e) {
            call.close();
            stage.fail(e.code().wireName());
            stage.close();
            throw e;
        }
    }

    /// How many tokens the completion may have: as many as asked for, or whatever the prompt leaves.
    private static int completionLimit(int maxModelLen, int promptTokenCount, @Nullable Integer requested) {
        int left = maxModelLen - promptTokenCount;
        int needed = requested == null ? 1 : requested;
        if (needed > left) {
            throw ContextLength.exceeded(maxModelLen, promptTokenCount, needed);
        }
        return requested == null ? left : requested;
    }

    private int awaitAcceptance(ClientExchange<GenerateRequest, GenerateResponse> call) {
        GenerateResponse answer = call.responses()
                .receive(config.acceptTimeout())
                .orElseThrow(() -> new ServingException(ErrorCode.INTERNAL, "The decoder ended a call unanswered."));
        if (!answer.hasAccepted()) {
            throw new ServingException(ErrorCode.INTERNAL, "The decoder began without accepting the request.");
        }
        return answer.getAccepted().getCachedTokenCount();
    }
}
