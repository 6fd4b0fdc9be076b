package ai.autoglm.decoder;

import ai.autoglm.decoder.grammar.CompileListener;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.schedule.Batch;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.Sequence;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// Every meter of the decoder. Written by the decode-loop thread, but for those of languages.
public final class DecoderMetrics implements CompileListener {
    private final KvCache kvCache;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger cachedTokens = new AtomicInteger();
    private final Timer queueTime;
    private final Timer prefillStep;
    private final Timer decodeStep;
    private final DistributionSummary batchSize;
    private final Counter prefillTokens;
    private final Counter decodeTokens;
    private final Counter reusedTokens;
    private final Timer grammarCompile;
    private final Timer grammarMask;
    private final Counter grammarHits;

    public DecoderMetrics(MeterRegistry registry, KvCache kvCache) {
        this.kvCache = kvCache;
        gauge(registry, "decoder.sequences.running", "sequences", running, "Sequences that have a slot");
        gauge(registry, "decoder.sequences.waiting", "sequences", waiting, "Sequences that wait for a slot");
        gauge(
                registry,
                "decoder.kv.cache.tokens",
                "tokens",
                cachedTokens,
                "Tokens in the KV cache, idle slots included");
        Gauge.builder("decoder.slots", kvCache, KvCache::slotCount)
                .description("Sequences that can be decoded side by side")
                .register(registry);
        queueTime = timer(registry, "decoder.queue.time", "From arrival to a slot");
        prefillStep = timer(registry, "decoder.prefill.step", "One chunk of one prompt");
        decodeStep = timer(registry, "decoder.decode.step", "One token of each sequence of a batch");
        batchSize = DistributionSummary.builder("decoder.batch.size")
                .baseUnit("sequences")
                .description("Sequences of a decode step")
                .register(registry);
        prefillTokens = counter(registry, "decoder.prefill.tokens", "Prompt tokens computed");
        decodeTokens = counter(registry, "decoder.decode.tokens", "Tokens computed one by one");
        reusedTokens = counter(registry, "decoder.prefix.tokens", "Prompt tokens found in the prefix cache");
        grammarCompile = timer(registry, "decoder.grammar.compile", "A language from its source");
        grammarMask = timer(registry, "decoder.grammar.mask", "What may follow a token of a constrained answer");
        grammarHits = Counter.builder("decoder.grammar.cache.hits")
                .description("Languages that were compiled before")
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String name, String unit, AtomicInteger value, String description) {
        Gauge.builder(name, value, AtomicInteger::get)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).baseUnit("tokens").description(description).register(registry);
    }

    void observe(Scheduler scheduler) {
        running.set(scheduler.runningCount());
        waiting.set(scheduler.queuedCount());
        cachedTokens.set(kvCache.cachedRowCount());
    }

    void admitted(Sequence sequence, long nanoTime) {
        SlotLease lease = Objects.requireNonNull(sequence.lease());
        queueTime.record(sequence.age(nanoTime));
        reusedTokens.increment(lease.cachedRows());
    }

    @Override
    public void compiled(Duration duration) {
        grammarCompile.record(duration);
    }

    @Override
    public void found() {
        grammarHits.increment();
    }

    void masked(Duration duration) {
        grammarMask.record(duration);
    }

    void completed(Batch batch, Duration duration) {
        switch (batch) {
            case PrefillBatch prefill -> {
                prefillStep.record(duration);
                prefillTokens.increment(prefill.rowCount());
            }
            case DecodeBatch decode -> {
                decodeStep.record(duration);
                batchSize.record(decode.sequences().size());
                decodeTokens.increment(decode.sequences().size());
            }
        }
    }
}
