package ai.autoglm.backend.encode;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/// The engine's thread with its queue, and the embeddings that it computed last, by the SHA-256 of the
/// medium's bytes. Phones send the same screenshots again and again: what is cached costs nothing, and
/// what two requests ask for at once is computed once.
///
/// @param <I> a decoded medium
/// @param <R> type of the server's messages
final class EncodeStage<I, R> implements AutoCloseable {
    private final Cache<ByteString, EncodedMedia<R>> finished;
    private final WorkQueue<ByteString, I, TowerRun<R>> queue;
    private final Function<I, EncodedMedia<R>> encoder;
    private final EncodeMetrics metrics;

    /// @param name of the engine's thread
    /// @param queueCapacity media that wait for the engine, at most
    /// @param cacheBytes rows that are kept, at most; 0 keeps none
    /// @param encoder runs on the engine's thread only
    EncodeStage(
            String name,
            int queueCapacity,
            long cacheBytes,
            Function<I, EncodedMedia<R>> encoder,
            EncodeMetrics metrics) {
        this.encoder = encoder;
        this.metrics = metrics;
        // Its housekeeping is short: on the caller's thread it needs no pool.
        this.finished = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((ByteString sha256, EncodedMedia<R> media) ->
                        Math.toIntExact(media.rows().bytes()))
                .executor(Runnable::run)
                .build();
        this.queue =
                new WorkQueue<>(name, 1, queueCapacity, (sha256, input, _) -> encode(sha256, input), metrics::waited);
    }

    /// A medium whose rows are still known.
    Optional<EncodedMedia<R>> find(ByteString sha256) {
        return Optional.ofNullable(finished.getIfPresent(sha256));
    }

    /// Queues a decoded medium for the engine.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException OVERLOADED at once when the queue is full
    WorkQueue<ByteString, I, TowerRun<R>>.Ticket submit(ByteString sha256, I input) {
        return queue.submit(sha256, input);
    }

    /// How long the engine has been at one medium; zero when it is idle.
    Duration busyFor() {
        return queue.busyFor();
    }

    /// Media that wait for the engine now.
    int queueDepth() {
        return queue.depth();
    }

    @Override
    public void close() {
        queue.close();
    }

    private TowerRun<R> encode(ByteString sha256, I input) {
        // The same medium may have been finished between its owner's look into the cache and its place in
        // the queue.
        EncodedMedia<R> known = finished.getIfPresent(sha256);
        if (known != null) {
            return new TowerRun<>(known, Duration.ZERO);
        }
        long start = System.nanoTime();
        EncodedMedia<R> media = encoder.apply(input);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        metrics.encoded(taken);
        finished.put(sha256, media);
        return new TowerRun<>(media, taken);
    }
}
