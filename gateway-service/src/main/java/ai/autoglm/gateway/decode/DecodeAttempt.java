package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.backend.BackendCall;
import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.BackendPool;
import ai.autoglm.gateway.backend.BackendRequest;
import ai.autoglm.gateway.backend.CallPatience;
import ai.autoglm.gateway.backend.RetryReason;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerationAccepted;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One decoder's work on a generation. One reading thread; closing it, from any thread, cancels the work unless
/// it has ended.
final class DecodeAttempt implements AutoCloseable {
    private final BackendCall<GenerateRequest, GenerateResponse> call;
    private final FusedPrompt prompt;
    private volatile @Nullable RowRelay relay;
    private final RequestRecord record;
    private final Stage stage;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile double engineSeconds; // so far
    private boolean sent;
    private boolean taken;
    private GenerationAccepted accepted = GenerationAccepted.getDefaultInstance();

    private DecodeAttempt(
            BackendCall<GenerateRequest, GenerateResponse> call,
            FusedPrompt prompt,
            RequestRecord record,
            Stage stage) {
        this.call = call;
        this.prompt = prompt;
        this.record = record;
        this.stage = stage;
    }

    /// Chooses a decoder and opens a call on it, in the current gRPC context.
    ///
    /// @param record has a span for each attempt, and is told what it has cost
    /// @throws ServingException when there is no decoder
    static DecodeAttempt open(
            BackendPool pool, BackendRequest request, FusedPrompt prompt, DecodeConfig config, RequestRecord record) {
        CallPatience patience = new CallPatience(config.progressTimeout(), config.stallTimeout());
        Stage stage = record.trace().beginCall("generate");
        try {
            BackendCall<GenerateRequest, GenerateResponse> call = BackendCall.open(
                    pool, request, channel -> DecoderGrpc.newStub(stage.on(channel))::generate, patience);
            return new DecodeAttempt(call, prompt, record, stage);
        } catch (ServingException e) {
            stage.fail(e.code().wireName());
            stage.close();
            throw e;
        }
    }

    /// Longest sequence that the decoder takes, in tokens.
    int maxModelLen() {
        return call.lease().description().maxModelLen();
    }

    /// Hands the prompt over, and waits until the decoder has taken it.
    ///
    /// @throws ServingException the decoder's refusal
    void start(GenerateRequest start, Duration acceptTimeout) {
        call.send(start);
        sent = true;
        accepted = awaitAcceptance(acceptTimeout);
        taken = true;
        stage.event("accepted");
    }

    /// Has the rows of the prompt's media follow.
    void feed() {
        RowRelay rows = new RowRelay(prompt, accepted.getCachedTokenCount(), call);
        relay = rows;
        rows.start();
    }

    /// Whether the decoder may have begun to work on it.
    boolean wasSent() {
        return sent;
    }

    /// Whether the decoder has given it a place.
    boolean wasAccepted() {
        return taken;
    }

    /// Leading prompt tokens that the decoder found in its prefix cache.
    int cachedTokenCount() {
        return accepted.getCachedTokenCount();
    }

    /// Whether the decoder has a slot for it now.
    boolean hasSlot() {
        return accepted.getQueuePosition() == 0;
    }

    /// Waits for the next message.
    ///
    /// @throws ServingException the decoder's error, or that of the encoder whose rows are missing
    GenerateResponse next() {
        try {
            GenerateResponse response = call.next()
                    .orElseThrow(() -> new ServingException(
                            ErrorCode.INTERNAL, "The decoder ended a generation without a reason."));
            engineSeconds = Math.max(engineSeconds, response.getEngineSeconds());
            return response;
        } catch (ServingException e) {
            stage.fail(e.code().wireName());
            throw e;
        }
    }

    /// The error of the encoder whose rows are missing, when that is what ended the work.
    Optional<ServingException> rowFailure() {
        RowRelay started = relay;
        return started == null ? Optional.empty() : started.failure();
    }

    /// As [BackendCall#retryReason]; a decoder that gives a generation up for its own reasons of time is no
    /// reason.
    Optional<RetryReason> retryReason(ServingException failure) {
        return call.retryReason(failure).filter(reason -> reason != RetryReason.TIMEOUT);
    }

    BackendCall<GenerateRequest, GenerateResponse> call() {
        return call;
    }

    @Override
    public void close() {
        call.close();
        RowRelay started = relay;
        if (started != null) {
            started.close();
        }
        if (closed.compareAndSet(false, true)) {
            record.engineTime(BackendKind.DECODER.serviceName(), engineSeconds);
            stage.close();
        }
    }

    private GenerationAccepted awaitAcceptance(Duration timeout) {
        long start = System.nanoTime();
        GenerateResponse answer = next();
        while (answer.hasProgress()) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new ServingException(
                        ErrorCode.TIMEOUT, "The decoder did not take a prompt within " + timeout.toMillis() + " ms.");
            }
            answer = next();
        }
        if (!answer.hasAccepted()) {
            throw new ServingException(ErrorCode.INTERNAL, "The decoder began without accepting the request.");
        }
        return answer.getAccepted();
    }
}
