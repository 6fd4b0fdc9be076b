package ai.autoglm.decoder;

import ai.autoglm.decoder.grammar.CompileListener;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.kvcache.SlotLease;
import ai.autoglm.decoder.schedule.Batch;
import ai.autoglm.decoder.schedule.Batch.DecodeBatch;
import ai.autoglm.decoder.schedule.Batch.PrefillBatch;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.Sequence;
import ai.autoglm.decoder.schedule.SequenceTimes.Phase;
import ai.autoglm.proto.metrics.Buckets;
import ai.autoglm.proto.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// Every meter of the decoder. Written by the decode-loop thread, but for those of calls and languages.
public final class DecoderMetrics implements CompileListener {
    private final KvCache kvCache;
    private final Meters meters;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger activeSlots = new AtomicInteger();
    private final AtomicInteger cachedTokens = new AtomicInteger();
    private final Timer queueTime;
    private final Timer prefillTime;
    private final Timer decodeTime;
    private final Counter prefixQueries;
    private final Counter prefixHits;
    private final Timer mediaWait;
    private final DistributionSummary overlap;
    private final Timer prefillStep;
    private final Timer decodeStep;
    private final DistributionSummary batchSize;
    private final Counter prefillTokens;
    private final Counter decodeTokens;
    private final Counter batchFailures;
    private final Timer grammarCompile;
    private final Timer grammarMask;
    private final Counter grammarHits;

    /// @param modelName as clients call the model
    /// @param queueCapacity sequences that may wait for a slot
    public DecoderMetrics(MeterRegistry registry, String modelName, KvCache kvCache, int queueCapacity) {
        this.kvCache = kvCache;
        Meters ofModel = Meters.ofModel(registry, modelName);
        ofModel.gauge("vllm:num_requests_running", "Sequences that have a slot", running, AtomicInteger::get);
        ofModel.gauge("vllm:num_requests_waiting", "Sequences that wait for a slot", waiting, AtomicInteger::get);
        ofModel.gauge(
                "vllm:kv_cache_usage_perc",
                "Share of the KV cache's slots that running sequences have; 1 is all of them",
                activeSlots,
                active -> (double) active.get() / kvCache.slotCount());
        queueTime = ofModel.timer("vllm:request_queue_time_seconds", "From arrival to a slot", Buckets.REQUEST_LATENCY);
        prefillTime = ofModel.timer(
                "vllm:request_prefill_time_seconds", "From a slot to the first token", Buckets.REQUEST_LATENCY);
        decodeTime = ofModel.timer(
                "vllm:request_decode_time_seconds", "From the first token to the last", Buckets.REQUEST_LATENCY);
        prefixQueries =
                ofModel.counter("vllm:prefix_cache_queries_total", "Prompt tokens looked for in the prefix cache");
        prefixHits = ofModel.counter("vllm:prefix_cache_hits_total", "Prompt tokens found in the prefix cache");
        meters = Meters.of(registry);
        meters.gauge(
                "autoglm_decoder_slots", "Sequences that can be decoded side by side", kvCache, KvCache::slotCount);
        meters.gauge("autoglm_decoder_queue_capacity", "Sequences that may wait for a slot", this, _ -> queueCapacity);
        meters.gauge(
                "autoglm_kv_cache_tokens",
                "Tokens in the KV cache, idle slots included",
                cachedTokens,
                AtomicInteger::get);
        mediaWait = meters.timer(
                "autoglm_media_wait_seconds",
                "Time with a slot and nothing to prefill, for want of media rows",
                Buckets.TIME_TO_FIRST_TOKEN);
        overlap = meters.summary(
                "autoglm_overlap_ratio",
                "Share of the time from a prompt's arrival to its last media row that was not spent waiting for rows",
                Buckets.ratios());
        prefillStep =
                meters.timer("autoglm_prefill_step_seconds", "One chunk of one prompt", Buckets.TIME_TO_FIRST_TOKEN);
        decodeStep = meters.timer(
                "autoglm_decode_step_seconds", "One token of each sequence of a batch", Buckets.TIME_TO_FIRST_TOKEN);
        batchSize = meters.summary(
                "autoglm_batch_sequences", "Sequences of a decode step", Buckets.tokenCounts(kvCache.slotCount()));
        prefillTokens = meters.counter("autoglm_prefill_tokens_total", "Prompt tokens computed");
        decodeTokens = meters.counter("autoglm_decode_tokens_total", "Tokens computed one by one");
        batchFailures = meters.counter("autoglm_batch_failures_total", "Batches that failed in the engine");
        grammarCompile = meters.timer(
                "autoglm_grammar_compile_seconds", "A language from its source", Buckets.TIME_TO_FIRST_TOKEN);
        grammarMask = meters.timer(
                "autoglm_grammar_mask_seconds",
                "What may follow a token of a constrained answer",
                Buckets.TIME_TO_FIRST_TOKEN);
        grammarHits = meters.counter("autoglm_grammar_cache_hits_total", "Languages that were compiled before");
        finished("ok", 0);
    }

    void observe(Scheduler scheduler) {
        running.set(scheduler.runningCount());
        waiting.set(scheduler.queuedCount());
        activeSlots.set(kvCache.activeCount());
        cachedTokens.set(kvCache.cachedRowCount());
    }

    void admitted(Sequence sequence) {
        SlotLease lease = Objects.requireNonNull(sequence.lease());
        sequence.times().queue().map(Phase::duration).ifPresent(queueTime::record);
        prefixQueries.increment(sequence.prompt().rowCount());
        prefixHits.increment(lease.cachedRows());
    }

    /// The prompt is prefilled, so all media rows have come.
    void firstToken(Sequence sequence) {
        sequence.times().prefill().map(Phase::duration).ifPresent(prefillTime::record);
        sequence.times().rows().map(Phase::duration).ifPresent(rows -> {
            Duration waited = sequence.rowWait();
            mediaWait.record(waited);
            overlap.record(rows.isZero() ? 1 : Math.max(0, 1 - (double) waited.toNanos() / rows.toNanos()));
        });
    }

    /// A sequence has ended and left its slot.
    public void released(Sequence sequence) {
        sequence.times().decode().map(Phase::duration).ifPresent(decodeTime::record);
    }

    /// A call has ended.
    ///
    /// @param outcome `ok` or the error's code
    public void finished(String outcome) {
        finished(outcome, 1);
    }

    private void finished(String outcome, int count) {
        meters.with("outcome", outcome)
                .counter("autoglm_decoder_requests_total", "Calls by how they ended")
                .increment(count);
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

    void batchFailed() {
        batchFailures.increment();
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
