package ai.autoglm.proto.encode;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.function.Function;

/// The engine's thread with its queue, and the embeddings that it computed last, by the SHA-256 of the
/// medium's bytes. Phones send the same screenshots again and again: what is cached costs nothing, and
/// what two requests ask for at once is computed once.
///
/// @param <I> a decoded medium
/// @param <R> type of the server's messages
public final class EncodeStage<I, R> implements AutoCloseable {
    private final Cache<ByteString, EncodedMedia<R>> finished;
    private final WorkQueue<ByteString, I, EncodedMedia<R>> queue;

    /// @param name of the engine's thread
    /// @param queueCapacity media that wait for the engine, at most
    /// @param cacheBytes rows that are kept, at most; 0 keeps none
    /// @param encoder runs on the engine's thread only
    public EncodeStage(String name, int queueCapacity, long cacheBytes, Function<I, EncodedMedia<R>> encoder) {
        // Its housekeeping is short: on the caller's thread it needs no pool.
        this.finished = Caffeine.newBuilder()
                .maximumWeight(cacheBytes)
                .weigher((ByteString sha256, EncodedMedia<R> media) ->
                        Math.toIntExact(media.rows().bytes()))
                .executor(Runnable::run)
                .build();
        this.queue = new WorkQueue<>(name, 1, queueCapacity, (sha256, input, _) -> encode(sha256, input, encoder));
    }

    /// A medium whose rows are still known.
    public Optional<EncodedMedia<R>> find(ByteString sha256) {
        return Optional.ofNullable(finished.getIfPresent(sha256));
    }

    /// Queues a decoded medium for the engine.
    ///
    /// @throws ai.autoglm.toolkit.error.ServingException OVERLOADED at once when the queue is full
    public WorkQueue<ByteString, I, EncodedMedia<R>>.Ticket submit(ByteString sha256, I input) {
        return queue.submit(sha256, input);
    }

    /// Media that wait for the engine now.
    public int queueDepth() {
        return queue.depth();
    }

    @Override
    public void close() {
        queue.close();
    }

    private EncodedMedia<R> encode(ByteString sha256, I input, Function<I, EncodedMedia<R>> encoder) {
        // The same medium may have been finished between its owner's look into the cache and its place in
        // the queue.
        return finished.get(sha256, _ -> encoder.apply(input));
    }
}
