package ai.autoglm.gateway.encode;

import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.metrics.GatewayMetrics;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
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
    private final EncodeDemand demand;

    public Encoders(
            Backends backends,
            EncodeConfig config,
            GatewayMetrics metrics,
            RoutingMetrics routingMetrics,
            EncodeDemand demand) {
        this.backends = backends;
        this.config = config;
        this.metrics = metrics;
        this.routingMetrics = routingMetrics;
        this.demand = demand;
    }

    /// Uploads all media and waits until each has been decoded; rows then come as they are read. A medium whose
    /// encoder fails is encoded once more on another one. Ends early when the current gRPC context is cancelled.
    ///
    /// @param model that the request was assigned to
    /// @param media in prompt order, and so are the results
    /// @param record of the request: its id, and what the engines' time for it is added to
    /// @throws ServingException of the first medium in prompt order that failed, pointing at it when it
    ///     is to blame
    public EncodedMedia encode(LoadedModel model, List<Medium> media, RequestRecord record) {
        Context.CancellableContext calls = Context.current().withCancellation();
        List<? extends RetriedEncoding<?, ?>> encodings =
                media.stream().map(medium -> encoding(model, medium, record)).toList();
        Runnable cancel = () -> {
            calls.cancel(null);
            encodings.forEach(RetriedEncoding::close);
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<EncodedMedium>> accepted = encodings.stream()
                    .map(encoding -> threads.submit(calls.wrap(() -> encode(model, encoding))))
                    .toList();
            return new EncodedMedia(awaitAll(accepted, cancel), cancel);
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
            throw ServingException.interrupted(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ServingException known
                    ? known
                    : new ServingException(ErrorCode.INTERNAL, "A medium could not be encoded.", e);
        }
    }

    private EncodedMedium encode(LoadedModel model, RetriedEncoding<?, ?> encoding) {
        Context context = Context.current();
        Medium medium = encoding.work().medium();
        String encoder = encoding.kind().serviceName();
        long startNanos = System.nanoTime();
        try {
            Acceptance acceptance = encoding.begin();
            Runnable onComplete = () -> metrics.encoded(encoder, startNanos);
            return new EncodedMedium(
                    encoding.sha256(),
                    acceptance,
                    new EncodingStream(encoding, context, acceptance, onComplete).begun(),
                    () -> new EncodingStream(
                            encoding(model, medium, encoding.work().record()), context, acceptance, () -> {}));
        } catch (ServingException e) {
            encoding.close();
            throw e.code().type() == ErrorType.USER_ERROR ? e.withParam(medium.param()) : e;
        } catch (RuntimeException e) {
            encoding.close();
            throw e;
        }
    }

    private RetriedEncoding<?, ?> encoding(LoadedModel model, Medium medium, RequestRecord record) {
        MediumWork work = demand.open(model, medium, record);
        String bundleId = model.bundleId();
        return switch (medium) {
            case Medium.Image image -> {
                long patchCount = EncodeDemand.patchCount(model, image);
                yield encoding(bundleId, ImageProtocol.of(image, patchCount, bundleId, record.id()), work);
            }
            case Medium.Audio audio -> encoding(bundleId, AudioProtocol.of(audio, bundleId, record.id()), work);
        };
    }

    private <Q, A> RetriedEncoding<Q, A> encoding(String bundleId, EncodeProtocol<Q, A> protocol, MediumWork work) {
        return new RetriedEncoding<>(protocol, bundleId, work, backends.pool(protocol.kind()), config, routingMetrics);
    }
}
