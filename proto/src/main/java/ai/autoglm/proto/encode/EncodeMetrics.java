package ai.autoglm.proto.encode;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Every meter of an encoder's server, each under the server's own prefix.
public final class EncodeMetrics {
    private final MeterRegistry registry;
    private final String prefix;
    private final Timer decode;
    private final Timer encode;
    private final Counter tokens;

    /// @param prefix such as `vision.encoder`
    public EncodeMetrics(MeterRegistry registry, String prefix) {
        this.registry = registry;
        this.prefix = prefix;
        this.decode = Timer.builder(prefix + ".decode")
                .description("Decoding of one medium, its wait for a thread included")
                .register(registry);
        this.encode = Timer.builder(prefix + ".encode")
                .description("The tower's work on one medium")
                .register(registry);
        this.tokens = Counter.builder(prefix + ".tokens")
                .description("Embedding rows sent")
                .baseUnit("tokens")
                .register(registry);
    }

    void watchQueue(IntSupplier depth) {
        Gauge.builder(prefix + ".queue.depth", depth::getAsInt)
                .description("Decoded media that wait for the engine")
                .baseUnit("requests")
                // The queue lives as long as the process; a weak reference to the lambda would not.
                .strongReference(true)
                .register(registry);
    }

    void watchMemory(LongSupplier bytes) {
        Gauge.builder(prefix + ".memory.used", bytes::getAsLong)
                .description("Heap that files, their decoding and decoded media may take now")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
    }

    void lookedUp(boolean found) {
        Counter.builder(prefix + ".cache.lookups")
                .description("Looks for a medium's rows in the cache")
                .tag("result", found ? "hit" : "miss")
                .register(registry)
                .increment();
    }

    void decoded(Duration taken) {
        decode.record(taken);
    }

    <T> T timeTower(Supplier<T> run) {
        return encode.record(run);
    }

    void sent(int tokenCount) {
        tokens.increment(tokenCount);
    }

    /// @param outcome `ok` or the error's code; `overloaded` where a queue was full
    void finished(String outcome) {
        Counter.builder(prefix + ".requests")
                .description("Requests by how they ended")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }
}
