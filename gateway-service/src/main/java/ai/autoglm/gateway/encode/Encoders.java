package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.Backend;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.grpc.Context;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends the media of a request to their encoders, all at once.
@Singleton
public final class Encoders {
    private static final int CHUNK_BYTES = 512 * 1024;

    private final Backends backends;
    private final String bundleId;
    private final EncodeConfig config;
    private final GatewayMetrics metrics;
    private final EncodeDemand demand;

    public Encoders(
            Backends backends, LoadedModel model, EncodeConfig config, GatewayMetrics metrics, EncodeDemand demand) {
        this.backends = backends;
        this.bundleId = model.manifest().bundleId();
        this.config = config;
        this.metrics = metrics;
        this.demand = demand;
    }

    /// Uploads all media and waits until each has been decoded; rows then come as they are read. Ends
    /// early when the current gRPC context is cancelled.
    ///
    /// @param media in prompt order, and so are the results
    /// @param record of the request: its id, and what the engines' time for it is added to
    /// @throws ServingException of the first medium in prompt order that failed, pointing at it when it
    ///     is to blame
    public EncodedMedia encode(List<Medium> media, RequestRecord record) {
        Context.CancellableContext calls = Context.current().withCancellation();
        List<MediumWork> works =
                media.stream().map(medium -> demand.open(medium, record)).toList();
        Runnable cancel = () -> {
            calls.cancel(null);
            works.forEach(MediumWork::close);
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<EncodedMedium>> encodings = works.stream()
                    .map(work -> threads.submit(calls.wrap(() -> encode(work))))
                    .toList();
            return new EncodedMedia(awaitAll(encodings, cancel), cancel);
        }
    }

    /// The first failure cancels the calls of all other media, accepted or not.
    private static List<EncodedMedium> awaitAll(List<Future<EncodedMedium>> encodings, Runnable cancel) {
        try {
            return encodings.stream().map(Encoders::await).toList();
        } catch (RuntimeException e) {
            cancel.run();
            throw e;
        }
    }

    private static EncodedMedium await(Future<EncodedMedium> encoding) {
        try {
            return encoding.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "The request was cancelled.", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ServingException known
                    ? known
                    : new ServingException(ErrorCode.INTERNAL, "A medium could not be encoded.", e);
        }
    }

    private EncodedMedium encode(MediumWork work) {
        Medium medium = work.medium();
        String requestId = work.record().id();
        try {
            return switch (medium) {
                case Medium.Image image -> encode(work, ImageProtocol.of(image, bundleId, requestId));
                case Medium.Audio audio -> encode(work, AudioProtocol.of(audio, bundleId, requestId));
            };
        } catch (ServingException e) {
            work.stage().fail(e.code().wireName());
            throw e.code().type() == ErrorType.USER_ERROR ? e.withParam(medium.param()) : e;
        }
    }

    private <Q, A> EncodedMedium encode(MediumWork work, EncodeProtocol<Q, A> protocol) {
        long startNanos = System.nanoTime();
        Backend encoder = backends.pool(protocol.kind()).choose(protocol.sha256());
        ClientExchange<Q, A> call = protocol.open(work.stage().on(encoder.channel()), config.progressTimeout());
        try {
            upload(work.medium().bytes(), protocol, call);
            Acceptance acceptance = call.responses()
                    .receive(config.acceptTimeout())
                    .flatMap(protocol::acceptance)
                    .orElseThrow(() -> new ServingException(
                            ErrorCode.INTERNAL,
                            "The " + protocol.kind().label() + " did not accept a medium as told."));
            work.accepted(acceptance);
            return new EncodedMedium(
                    protocol.sha256(),
                    acceptance,
                    () -> rows(work, protocol, call),
                    () -> {
                        metrics.encoded(protocol.kind().serviceName(), startNanos);
                        work.close();
                    },
                    () -> {
                        call.close();
                        work.close();
                    });
        } catch (RuntimeException e) {
            call.close();
            throw e;
        }
    }

    private static <Q, A> void upload(ByteString bytes, EncodeProtocol<Q, A> protocol, ClientExchange<Q, A> call) {
        call.requests().send(protocol.announcement());
        for (int start = 0; start < bytes.size(); start += CHUNK_BYTES) {
            int end = Math.min(start + CHUNK_BYTES, bytes.size());
            call.requests().send(protocol.chunk(bytes.substring(start, end)));
        }
        call.requests().complete();
    }

    private <Q, A> Optional<EmbeddingRows> rows(
            MediumWork work, EncodeProtocol<Q, A> protocol, ClientExchange<Q, A> call) {
        Optional<A> answer = call.responses().receive(config.progressTimeout());
        answer.ifPresent(
                message -> work.record().engineTime(protocol.kind().serviceName(), protocol.engineSeconds(message)));
        return answer.flatMap(protocol::rows);
    }
}
