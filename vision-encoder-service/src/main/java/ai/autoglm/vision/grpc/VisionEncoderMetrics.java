package ai.autoglm.vision.grpc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Every meter of the vision encoder.
final class VisionEncoderMetrics {
    private final MeterRegistry registry;
    private final Timer decode;
    private final Timer encode;
    private final Counter tokens;

    VisionEncoderMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.decode = Timer.builder("vision.encoder.decode")
                .description("Decoding and resizing of one image, its wait for a thread included")
                .register(registry);
        this.encode = Timer.builder("vision.encoder.encode")
                .description("One run of the vision tower")
                .register(registry);
        this.tokens = Counter.builder("vision.encoder.tokens")
                .description("Embedding rows sent")
                .baseUnit("tokens")
                .register(registry);
    }

    void watchQueue(IntSupplier depth) {
        Gauge.builder("vision.encoder.queue.depth", depth::getAsInt)
                .description("Decoded images that wait for the engine")
                .baseUnit("images")
                // The queue lives as long as the process; a weak reference to the lambda would not.
                .strongReference(true)
                .register(registry);
    }

    void decoded(Duration taken) {
        decode.record(taken);
    }

    <T> T timeEncode(Supplier<T> run) {
        return encode.record(run);
    }

    void cacheLookup(boolean hit) {
        Counter.builder("vision.encoder.cache.lookups")
                .description("Looks for an image's rows in the cache")
                .tag("result", hit ? "hit" : "miss")
                .register(registry)
                .increment();
    }

    void sent(int tokenCount) {
        tokens.increment(tokenCount);
    }

    /// @param outcome `ok` or the error's code; `overloaded` where a queue was full
    void finished(String outcome) {
        Counter.builder("vision.encoder.requests")
                .description("Requests by how they ended")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }
}
