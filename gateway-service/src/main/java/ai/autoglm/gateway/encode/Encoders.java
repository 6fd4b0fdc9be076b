package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RoutingMetrics;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sends the media of a request to their encoders, all at once.
@Singleton
public final class Encoders {
    private final Backends backends;
    private final EncodeConfig config;
    private final GatewayMetrics metrics;
    private final RoutingMetrics routingMetrics;

    public Encoders(Backends backends, EncodeConfig config, GatewayMetrics metrics, RoutingMetrics routingMetrics) {
        this.backends = backends;
        this.config = config;
        this.metrics = metrics;
        this.routingMetrics = routingMetrics;
    }

    /// Uploads all media and waits until each has been decoded; rows then come as they are read. A medium whose
    /// encoder fails is encoded once more on another one. Ends early when the current gRPC context is cancelled.
    ///
    /// @param bundleId that the encoders have to serve
    /// @param media in prompt order, and so are the results
    /// @throws ServingException of the first medium in prompt order that failed, pointing at it when it
    ///     is to blame
    public EncodedMedia encode(String bundleId, List<Medium> media, String requestId) {
        Context.CancellableContext calls = Context.current().withCancellation();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<EncodedMedium>> encodings = media.stream()
                    .map(medium -> threads.submit(calls.wrap(() -> encode(bundleId, medium, requestId))))
                    .toList();
            return new EncodedMedia(awaitAll(encodings, calls), () -> calls.cancel(null));
        }
    }

    /// The first failure cancels the calls of all other media, accepted or not.
    private static List<EncodedMedium> awaitAll(
            List<Future<EncodedMedium>> encodings, Context.CancellableContext calls) {
        try {
            return encodings.stream().map(Encoders::await).toList();
        } catch (RuntimeException e) {
            calls.cancel(e);
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

    private EncodedMedium encode(String bundleId, Medium medium, String requestId) {
        try {
            return switch (medium) {
                case Medium.Image image ->
                    encode(bundleId, image, ImageProtocol.of(image, bundleId, requestId), requestId);
                case Medium.Audio audio ->
                    encode(bundleId, audio, AudioProtocol.of(audio, bundleId, requestId), requestId);
            };
        } catch (ServingException e) {
            throw e.code().type() == ErrorType.USER_ERROR ? e.withParam(medium.param()) : e;
        }
    }

    private <Q, A> EncodedMedium encode(
            String bundleId, Medium medium, EncodeProtocol<Q, A> protocol, String requestId) {
        Context context = Context.current();
        long startNanos = System.nanoTime();
        RetriedEncoding<Q, A> encoding = encoding(bundleId, medium, protocol, requestId);
        try {
            Acceptance acceptance = encoding.begin();
            Runnable onComplete = () -> metrics.encoded(protocol.kind().serviceName(), startNanos);
            return new EncodedMedium(
                    protocol.sha256(),
                    acceptance,
                    new EncodingStream(encoding, context, acceptance, onComplete).begun(),
                    () -> new EncodingStream(
                            encoding(bundleId, medium, protocol, requestId), context, acceptance, () -> {}));
        } catch (RuntimeException e) {
            encoding.close();
            throw e;
        }
    }

    private <Q, A> RetriedEncoding<Q, A> encoding(
            String bundleId, Medium medium, EncodeProtocol<Q, A> protocol, String requestId) {
        return new RetriedEncoding<>(
                protocol, bundleId, medium.bytes(), backends.pool(protocol.kind()), config, routingMetrics, requestId);
    }
}
