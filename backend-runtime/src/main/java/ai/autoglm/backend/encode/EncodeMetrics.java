package ai.autoglm.backend.encode;

import ai.autoglm.proto.metrics.Buckets;
import ai.autoglm.proto.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// Every meter of an encoder's server. Each tells in the label `encoder` which one it is.
public final class EncodeMetrics {
    private final Meters meters;
    private final Counter cacheQueries;
    private final Counter cacheHits;
    private final Timer mediaDecode;
    private final Timer queueTime;
    private final Timer encode;
    private final Timer transfer;
    private final Counter tokens;

    /// @param encoder such as `vision-encoder`
    /// @param modelName as clients call the model
    public EncodeMetrics(MeterRegistry registry, String encoder, String modelName) {
        Meters ofModel = Meters.ofModel(registry, modelName).with("encoder", encoder);
        meters = Meters.of(registry).with("encoder", encoder);
        cacheQueries = ofModel.counter("vllm:mm_cache_queries_total", "Looks for a medium's rows in the cache");
        cacheHits = ofModel.counter("vllm:mm_cache_hits_total", "Media whose rows were found in the cache");
        mediaDecode = meters.timer(
                "autoglm_media_decode_seconds",
                "Decoding of one medium, its wait for a thread included",
                Buckets.TIME_TO_FIRST_TOKEN);
        queueTime = meters.timer(
                "autoglm_encoder_queue_time_seconds",
                "From a decoded medium to the engine's start on it",
                Buckets.TIME_TO_FIRST_TOKEN);
        encode = meters.timer("autoglm_encode_seconds", "The tower's work on one medium", Buckets.TIME_TO_FIRST_TOKEN);
        transfer = meters.timer(
                "autoglm_transfer_seconds",
                "From the first row of a medium to the last, at the pace at which the decoder takes them",
                Buckets.TIME_TO_FIRST_TOKEN);
        tokens = meters.counter("autoglm_encoder_tokens_total", "Embedding rows sent");
        finished("ok", 0);
    }

    /// Follows the two queues of a server.
    void watchQueues(QueueGauge decoding, QueueGauge encoding) {
        decoding.register("autoglm_media_decode_queue", "Media that wait to be decoded", meters);
        encoding.register("autoglm_encoder_queue", "Decoded media that wait for the engine", meters);
    }

    /// Follows what files and their decoding take.
    void watchMemory(LongSupplier bytes) {
        meters.gauge(
                "autoglm_media_memory_bytes",
                "Heap that files, their decoding and decoded media may take now",
                bytes,
                LongSupplier::getAsLong);
    }

    void lookedUp(boolean found) {
        cacheQueries.increment();
        if (found) {
            cacheHits.increment();
        }
    }

    void decoded(Duration taken) {
        mediaDecode.record(taken);
    }

    void waited(Duration inQueue) {
        queueTime.record(inQueue);
    }

    void encoded(Duration taken) {
        encode.record(taken);
    }

    void sent(int tokenCount, Duration taken) {
        tokens.increment(tokenCount);
        transfer.record(taken);
    }

    /// @param outcome `ok` or the error's code; `overloaded` where a queue was full
    void finished(String outcome) {
        finished(outcome, 1);
    }

    private void finished(String outcome, int count) {
        meters.with("outcome", outcome)
                .counter("autoglm_encoder_requests_total", "Calls by how they ended")
                .increment(count);
    }

    /// @param depth places taken now
    record QueueGauge(IntSupplier depth, int capacity) {
        private void register(String name, String description, Meters meters) {
            meters.gauge(name + "_requests", description, depth, IntSupplier::getAsInt);
            meters.gauge(name + "_capacity", description + ", at most", this, QueueGauge::capacity);
        }
    }
}
