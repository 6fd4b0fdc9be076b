package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.decode.DecodeEvent.EndReason;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A generation that a decoder has accepted. One reading thread. Closing it cancels the generation
/// unless it has ended: the decoder then frees its sequence.
public final class Generation implements AutoCloseable {
    private final ClientExchange<GenerateRequest, GenerateResponse> call;
    private final RowRelay relay;
    private final int cachedTokenCount;
    private final Duration progressTimeout;
    private final RequestRecord record;
    private final Stage stage;
    private volatile double engineSeconds; // so far
    private boolean closed;
    private @Nullable DecodeEvent first;

    /// @param record is told at the end what the generation has cost
    /// @param stage the generation's span, closed with it
    Generation(
            ClientExchange<GenerateRequest, GenerateResponse> call,
            RowRelay relay,
            int cachedTokenCount,
            Duration progressTimeout,
            RequestRecord record,
            Stage stage) {
        this.call = call;
        this.relay = relay;
        this.cachedTokenCount = cachedTokenCount;
        this.progressTimeout = progressTimeout;
        this.record = record;
        this.stage = stage;
    }

    /// Leading prompt tokens that the decoder found in its prefix cache.
    public int cachedTokenCount() {
        return cachedTokenCount;
    }

    /// Waits until the prompt is prefilled: its prefix can then be shared. The event that tells is not lost.
    public void awaitFirstToken() {
        DecodeEvent event = next();
        while (event instanceof DecodeEvent.Progress) {
            event = next();
        }
        first = event;
    }

    /// Waits for the next event. Not to be called after [DecodeEvent.Finished].
    ///
    /// @throws ServingException the decoder's error, or that of the encoder whose rows are missing;
    ///     TIMEOUT when nothing happens for too long
    public DecodeEvent next() {
        if (first != null) {
            DecodeEvent event = first;
            first = null;
            return event;
        }
        try {
            GenerateResponse response = call.responses()
                    .receive(progressTimeout)
                    .orElseThrow(() -> new ServingException(
                            ErrorCode.INTERNAL, "The decoder ended a generation without a reason."));
            engineSeconds = Math.max(engineSeconds, response.getEngineSeconds());
            return event(response);
        } catch (ServingException e) {
            stage.fail(e.code().wireName());
            throw relay.failure().orElse(e);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            record.engineTime(BackendKind.DECODER.serviceName(), engineSeconds);
            call.close();
            stage.close();
        }
    }

    private static DecodeEvent event(GenerateResponse response) {
        return switch (response.getMessageCase()) {
            case PROGRESS -> new DecodeEvent.Progress(response.getProgress().getPrefilledTokenCount());
            case TOKEN ->
                new DecodeEvent.Token(
                        token(response.getToken()), response.getToken().getIndex());
            case FINISHED -> finished(response.getFinished());
            case ACCEPTED, MESSAGE_NOT_SET ->
                throw new ServingException(
                        ErrorCode.INTERNAL,
                        "The decoder sent an event that does not belong here: " + response.getMessageCase() + ".");
        };
    }

    private static GeneratedToken token(ai.autoglm.proto.v1.GeneratedToken token) {
        return new GeneratedToken(
                token.getTokenId(),
                token.hasLogprob() ? (double) token.getLogprob() : null,
                token.getTopLogprobsList().stream()
                        .map(other -> new GeneratedToken.Alternative(other.getTokenId(), other.getLogprob()))
                        .toList());
    }

    private static DecodeEvent finished(GenerationFinished finished) {
        return new DecodeEvent.Finished(
                finished.getReason() == FinishReason.FINISH_REASON_LENGTH ? EndReason.LENGTH : EndReason.STOP,
                finished.hasStopTokenId() ? finished.getStopTokenId() : null);
    }
}
