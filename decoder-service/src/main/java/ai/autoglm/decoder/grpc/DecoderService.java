package ai.autoglm.decoder.grpc;

import ai.autoglm.backend.BackendCalls;
import ai.autoglm.decoder.Generation;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.proto.stream.CallThreads;
import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.DescribeRequest;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The decoder's calls; `generate(call, log)` tells the story of one. Owns the loop.
final class DecoderService extends DecoderGrpc.DecoderImplBase implements BackendCalls {
    private static final Logger LOG = LoggerFactory.getLogger(DecoderService.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    /// From this level on a client understands `progress` before `accepted`, and `moved`.
    private static final int LIVELY_CLIENT = 1;

    private enum Phase {
        SERVING,
        DRAINING,
        MOVING
    }

    private final ServedDecoder decoder;
    private final Duration patience;
    private final Duration rowPatience;
    private final Duration stepTimeout;
    private final CallThreads calls;
    private volatile Phase phase = Phase.SERVING;
    private final Tracing tracing;

    DecoderService(ServedDecoder decoder, DecoderConfig config, Tracing tracing) {
        this.decoder = decoder;
        this.tracing = tracing;
        patience = config.idleTimeout();
        // The loop is stricter with a request that has its place; this ends one that nobody feeds at all.
        rowPatience = config.queueTimeout().plus(config.mediaTimeout());
        stepTimeout = config.stepTimeout();
        calls = new CallThreads(patience);
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> response) {
        response.onNext(describe());
        response.onCompleted();
    }

    @Override
    public DescribeResponse describe() {
        return decoder.description().toBuilder().setState(state()).build();
    }

    private DescribeResponse.State state() {
        if (!isAlive()) {
            return DescribeResponse.State.STATE_STALLED;
        }
        return phase == Phase.SERVING ? DescribeResponse.State.STATE_SERVING : DescribeResponse.State.STATE_DRAINING;
    }

    /// Whether the loop comes back from its runs.
    private boolean isAlive() {
        return decoder.loop().busyFor().compareTo(stepTimeout) < 0;
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
        return calls.answer(responses, this::answer);
    }

    @Override
    public void drain() {
        phase = Phase.DRAINING;
    }

    /// Hands the calls under way back to those who can go on elsewhere, lets the others finish within `grace`,
    /// then closes the model.
    @Override
    public void stop(Duration grace) {
        phase = Phase.MOVING;
        calls.drain(grace);
        decoder.loop().close();
    }

    private void answer(ServerExchange<GenerateRequest, GenerateResponse> call) {
        try (Stage stage = tracing.serve("generate")) {
            answer(call, new GenerationLog(LOG, stage));
        }
    }

    private void answer(ServerExchange<GenerateRequest, GenerateResponse> call, GenerationLog log) {
        try {
            generate(call, log);
            call.responses().complete();
            log.succeeded();
            decoder.metrics().finished("ok");
        } catch (RuntimeException | Error failure) {
            call.responses().fail(failure);
            decoder.metrics().finished(log.failed(failure).wireName());
        }
    }

    private void generate(ServerExchange<GenerateRequest, GenerateResponse> call, GenerationLog log) {
        GenerateStart start = start(call);
        log.requestId(start.getRequestId());
        boolean lively = start.getClientLevel() >= LIVELY_CLIENT;
        GenerationRequest request = lively && start.hasGrammar()
                ? readLively(call, start)
                : decoder.requests().read(start);
        Generation generation = decoder.loop().submit(request);
        log.times(generation.times());
        call.responses().whenBroken(() -> generation.abort(ServingException.cancelled()));
        Thread.ofVirtual().name("media-rows").start(() -> receiveRows(call, request, generation));
        try {
            relay(call, generation, lively, log);
        } catch (RuntimeException | Error failure) {
            generation.abort(ServingException.cancelled());
            throw failure;
        }
    }

    private GenerateStart start(ServerExchange<GenerateRequest, GenerateResponse> call) {
        return call.requests()
                .receive(patience)
                .filter(GenerateRequest::hasStart)
                .map(GenerateRequest::getStart)
                .orElseThrow(() -> new ServingException(ErrorCode.INTERNAL, "A call begins with its prompt."));
    }

    /// A grammar may take seconds to compile: the client hears of the decoder meanwhile.
    private GenerationRequest readLively(ServerExchange<GenerateRequest, GenerateResponse> call, GenerateStart start) {
        FutureTask<GenerationRequest> reading =
                new FutureTask<>(() -> decoder.requests().read(start));
        Thread.ofVirtual().name("grammar").start(reading);
        while (true) {
            try {
                return reading.get(HEARTBEAT.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (isAlive()) {
                    call.responses().send(EventWriter.progress(0, Duration.ZERO));
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof ServingException refusal ? refusal : new IllegalStateException(e);
            } catch (InterruptedException e) {
                reading.cancel(true);
                throw interrupted(e);
            }
        }
    }

    /// Hands rows over as they arrive, until the client says that there are no more.
    private void receiveRows(
            ServerExchange<GenerateRequest, GenerateResponse> call, GenerationRequest request, Generation generation) {
        MediaRowReader reader = new MediaRowReader(request.prompt(), decoder.rowFormat());
        try {
            Optional<GenerateRequest> message = call.requests().receive(rowPatience);
            while (message.isPresent()) {
                generation.addRows(reader.read(message.get().getMediaRows()));
                message = call.requests().receive(rowPatience);
            }
            generation.endRows();
        } catch (ServingException e) {
            generation.abort(e);
        }
    }

    /// @param lively whether the client understands progress before its acceptance, and `moved`
    private void relay(
            ServerExchange<GenerateRequest, GenerateResponse> call,
            Generation generation,
            boolean lively,
            GenerationLog log) {
        boolean accepted = false;
        boolean toBeMoved = lively;
        boolean ended = false;
        while (!ended) {
            DecodeEvent event = next(generation);
            if (event != null) {
                log.event(event);
                call.responses()
                        .send(EventWriter.message(event, generation.times().engineTime()));
                accepted = true;
                ended = event.isLast();
            } else if ((accepted || lively) && isAlive()) {
                call.responses()
                        .send(EventWriter.progress(
                                generation.prefilledTokenCount(),
                                generation.times().engineTime()));
            }
            if (phase == Phase.MOVING && accepted && toBeMoved && !ended) {
                call.responses().send(EventWriter.moved());
                toBeMoved = false;
            }
        }
    }

    private static @Nullable DecodeEvent next(Generation generation) {
        try {
            return generation.nextEvent(HEARTBEAT);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ServingException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ServingException(ErrorCode.BACKEND_UNAVAILABLE, "The decoder is shutting down.", cause);
    }
}
