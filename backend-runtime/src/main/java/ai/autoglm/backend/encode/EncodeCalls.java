package ai.autoglm.backend.encode;

import ai.autoglm.backend.BackendCalls;
import ai.autoglm.backend.encode.EncodeMetrics.QueueGauge;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.proto.stream.CallThreads;
import ai.autoglm.proto.stream.ServerExchange;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The encode calls of a server; `encode(call, log)` tells the story of one. Owns the encoder.
///
/// @param <Q> type of the client's messages
/// @param <R> type of the server's messages
/// @param <I> what the tower takes
public final class EncodeCalls<Q, R, I> implements BackendCalls {
    private static final Logger LOG = LoggerFactory.getLogger(EncodeCalls.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final MediaEncoder<Q, R, I> encoder;
    private final DescribeResponse description;
    private final MediaUpload upload;
    private final Duration patience;
    private final Duration decodeTimeout;
    private final ByteBudget decodeMemory;
    private final ByteBudget mediaMemory;
    private final Duration stepTimeout;
    private final EncodeMetrics metrics;
    private final Tracing tracing;
    private final CallThreads calls;
    private final WorkQueue<ByteString, byte[], DecodedMedia<R, I>> decoding;
    private final EncodeStage<DecodedMedia<R, I>, R> encoding;
    private volatile boolean draining;

    public EncodeCalls(
            MediaEncoder<Q, R, I> encoder,
            MediaUpload upload,
            EncodeSettings settings,
            EncodeMetrics metrics,
            Tracing tracing) {
        this.encoder = encoder;
        this.description = encoder.describe();
        this.upload = upload;
        this.patience = settings.patience();
        this.decodeTimeout = settings.decodeTimeout();
        this.decodeMemory = new ByteBudget("Decoding " + upload.medium() + " files", settings.decodeBytes());
        this.mediaMemory = new ByteBudget("Holding " + upload.medium() + " files", settings.mediaBytes());
        this.stepTimeout = settings.stepTimeout();
        this.metrics = metrics;
        this.tracing = tracing;
        this.calls = new CallThreads(patience);
        this.decoding = new WorkQueue<>(
                upload.medium() + "-decoder",
                settings.decodeThreads(),
                settings.decodeQueueCapacity(),
                (sha256, file, deadline) -> decode(file, deadline));
        this.encoding = new EncodeStage<>(
                description.getService(), settings.queueCapacity(), settings.cacheBytes(), this::runTower, metrics);
        metrics.watchQueues(
                new QueueGauge(decoding::depth, settings.decodeQueueCapacity()),
                new QueueGauge(encoding::queueDepth, settings.queueCapacity()));
        metrics.watchMemory(() -> decodeMemory.takenBytes() + mediaMemory.takenBytes());
    }

    @Override
    public DescribeResponse describe() {
        return description.toBuilder()
                .setReportsProgress(true)
                .setState(state())
                .build();
    }

    /// Answers one call.
    ///
    /// @return what the service method returns to gRPC
    public StreamObserver<Q> encode(StreamObserver<R> responses) {
        return calls.answer(responses, this::answer);
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public void stop(Duration grace) {
        calls.drain(grace);
        decoding.close();
        encoding.close();
        encoder.close();
    }

    private DescribeResponse.State state() {
        if (!isAlive(encoding.busyFor()) || !isAlive(decoding.busyFor())) {
            return DescribeResponse.State.STATE_STALLED;
        }
        return draining ? DescribeResponse.State.STATE_DRAINING : DescribeResponse.State.STATE_SERVING;
    }

    /// Whether a stage comes back from its work.
    private boolean isAlive(Duration busyFor) {
        return busyFor.compareTo(stepTimeout) < 0;
    }

    private void answer(ServerExchange<Q, R> call) {
        try (Stage stage = tracing.serve("encode")) {
            answer(call, new EncodeLog(LOG, stage));
        }
    }

    private void answer(ServerExchange<Q, R> call, EncodeLog log) {
        try {
            encode(call, log);
            call.responses().complete();
            log.succeeded();
            metrics.finished("ok");
        } catch (RuntimeException | Error failure) {
            call.responses().fail(failure);
            metrics.finished(log.failed(failure).wireName());
        }
    }

    private void encode(ServerExchange<Q, R> call, EncodeLog log) {
        Announcement media = announcement(call);
        log.requestId(media.requestId());
        requireBundle(media.bundleId());
        upload.requireWithinLimit(media.byteCount());
        TowerRun<R> run = encoded(call, media, log);
        Embeddings rows = run.media().rows();
        send(call, rows, run.engineTime());
        log.tokenCount(rows.rowCount());
        metrics.sent(rows.rowCount(), log.stageDone("send"));
    }

    private TowerRun<R> encoded(ServerExchange<Q, R> call, Announcement media, EncodeLog log) {
        try (ByteBudget.Share fileMemory = mediaMemory.take(media.byteCount())) {
            byte[] file = upload.receive(media.byteCount(), media.sha256(), () -> chunk(call));
            log.stageDone("receive");
            return cached(media.sha256())
                    .map(known -> accepted(call, media, known))
                    .orElseGet(() -> decodeAndEncode(call, media, file, fileMemory, log));
        }
    }

    private Optional<EncodedMedia<R>> cached(ByteString sha256) {
        Optional<EncodedMedia<R>> known = encoding.find(sha256);
        metrics.lookedUp(known.isPresent());
        return known;
    }

    private TowerRun<R> accepted(ServerExchange<Q, R> call, Announcement media, EncodedMedia<R> known) {
        requireTokenCount(media, known.acceptance());
        call.responses().send(known.acceptance().message());
        return new TowerRun<>(known, Duration.ZERO);
    }

    /// @param fileMemory given back when the file is decoded
    private TowerRun<R> decodeAndEncode(
            ServerExchange<Q, R> call, Announcement media, byte[] file, ByteBudget.Share fileMemory, EncodeLog log) {
        DecodedMedia<R, I> decoded = decode(call, media, file);
        metrics.decoded(log.stageDone("decode"));
        requireTokenCount(media, decoded.acceptance());
        fileMemory.close();
        // The place in the queue comes first: once a medium is accepted, it will be encoded.
        try (ByteBudget.Share _ = mediaMemory.take(encoder.bytes(decoded.input()));
                var place = encoding.submit(media.sha256(), decoded)) {
            call.responses().whenBroken(place::close);
            call.responses().send(decoded.acceptance().message());
            TowerRun<R> run = place.await(HEARTBEAT, () -> giveSignOfLife(call, media, encoding.busyFor()));
            log.stageDone("encode");
            return new TowerRun<>(run.media(), run.engineTime().dividedBy(place.sharerCount()));
        }
    }

    private DecodedMedia<R, I> decode(ServerExchange<Q, R> call, Announcement media, byte[] file) {
        try (var place = decoding.submit(media.sha256(), file)) {
            call.responses().whenBroken(place::close);
            return place.await(HEARTBEAT, () -> giveSignOfLife(call, media, decoding.busyFor()));
        }
    }

    /// Tells a client that waits that its medium is still worked on, for as long as the stage comes back from its
    /// work.
    private void giveSignOfLife(ServerExchange<Q, R> call, Announcement media, Duration stageBusyFor) {
        if (media.takesProgress() && isAlive(stageBusyFor)) {
            call.responses().send(encoder.progress());
        }
    }

    private DecodedMedia<R, I> decode(byte[] file, Deadline callers) {
        Deadline limit = Deadline.after(decodeTimeout, "Decoding the " + upload.medium(), System::nanoTime);
        long bytes = encoder.workingBytes(file);
        if (bytes > decodeMemory.capacityBytes()) {
            throw new ServingException(
                    upload.tooLarge(),
                    "Decoding the " + upload.medium() + " takes up to " + bytes + " bytes of memory; this server has "
                            + decodeMemory.capacityBytes() + " for it.");
        }
        try (ByteBudget.Share _ = decodeMemory.await(bytes, decodeTimeout)) {
            return encoder.decode(file, callers.and(limit));
        }
    }

    private EncodedMedia<R> runTower(DecodedMedia<R, I> decoded) {
        return new EncodedMedia<>(decoded.acceptance(), encoder.encode(decoded.input()));
    }

    private void send(ServerExchange<Q, R> call, Embeddings rows, Duration engineTime) {
        int last = rows.messages().size() - 1;
        for (int index = 0; index <= last; index++) {
            Duration told = index == last ? engineTime : Duration.ZERO;
            call.responses().send(encoder.rows(rows.messages().get(index), told));
        }
    }

    private Announcement announcement(ServerExchange<Q, R> call) {
        return call.requests()
                .receive(patience)
                .flatMap(encoder::announcement)
                .orElseThrow(() -> new ServingException(ErrorCode.INTERNAL, "A call begins with an announcement."));
    }

    private Optional<ByteString> chunk(ServerExchange<Q, R> call) {
        return call.requests().receive(patience).map(encoder::chunk);
    }

    private void requireBundle(String bundleId) {
        if (!bundleId.equals(description.getBundleId())) {
            throw new ServingException(
                    ErrorCode.BUNDLE_MISMATCH,
                    "The " + description.getService() + " serves bundle " + description.getBundleId() + ", not "
                            + bundleId + ".");
        }
    }

    private void requireTokenCount(Announcement media, Acceptance<R> acceptance) {
        if (media.tokenCount() != null && media.tokenCount() != acceptance.tokenCount()) {
            throw new ServingException(
                    ErrorCode.INTERNAL,
                    "The " + upload.medium() + " has " + acceptance.tokenCount() + " tokens, not the "
                            + Integer.toUnsignedString(media.tokenCount()) + " announced.");
        }
    }
}
