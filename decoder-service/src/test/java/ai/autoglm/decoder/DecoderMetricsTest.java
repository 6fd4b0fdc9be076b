package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the meters tell of sequences on a clock that the test moves.
class DecoderMetricsTest {
    private static final int IMAGE_ID = 38;

    private final FakeDecoder decoder = new FakeDecoder(FakeEngines.HOST, 2, 64, 4);

    @AfterEach
    void close() {
        decoder.close();
    }

    @Test
    void tellsHowLongASequenceWasInEachPhase() {
        Generation first = decoder.loop.submit(text("a", 3));
        decoder.loop.submit(text("b", 3));
        decoder.loop.submit(text("c", 3));
        decoder.loop.step();
        assertThat(gauge("vllm:num_requests_running")).isEqualTo(2);
        assertThat(gauge("vllm:num_requests_waiting")).isEqualTo(1);
        assertThat(gauge("vllm:kv_cache_usage_perc")).isEqualTo(1);
        pass(Duration.ofSeconds(5));
        first.abort(ServingException.cancelled());
        decoder.finish();

        assertThat(seconds("vllm:request_queue_time_seconds"))
                .as("the third waited for the first")
                .isEqualTo(5);
        assertThat(decoder.meters.get("vllm:request_queue_time_seconds").timer().count())
                .isEqualTo(3);
        assertThat(seconds("vllm:request_prefill_time_seconds"))
                .as("the second had its slot, but no turn")
                .isEqualTo(5);
        assertThat(seconds("vllm:request_decode_time_seconds"))
                .as("the first had its first token before the pause and none after it")
                .isZero();
        assertThat(gauge("vllm:num_requests_running")).isZero();
        assertThat(gauge("vllm:kv_cache_usage_perc")).isZero();
    }

    @Test
    void tellsHowMuchOfTheWaitForRowsWasHiddenBehindPrefill() {
        FusedPrompt prompt = new FusedPrompt(List.of(
                new TokenRun(true, TokenIds.of(new int[100])),
                new MediaRun(true, "image", IMAGE_ID, new PositionRun.ImageRun(2, 3))));
        Generation generation = decoder.loop.submit(request("a", prompt, 1));
        decoder.loop.step();
        pass(Duration.ofSeconds(3));
        decoder.loop.step();
        decoder.loop.step();
        pass(Duration.ofSeconds(1));
        generation.addRows(FakeDecoder.mediaRows(prompt, 0, 6));
        decoder.finish();

        assertThat(seconds("autoglm_media_wait_seconds"))
                .as("nothing was left to prefill for the last second of four")
                .isEqualTo(1);
        assertThat(decoder.meters.get("autoglm_overlap_ratio").summary().totalAmount())
                .isEqualTo(0.75);
    }

    @Test
    void aPromptWithoutMediaHasNothingToOverlap() {
        decoder.loop.submit(text("a", 1));
        decoder.finish();

        assertThat(decoder.meters.get("autoglm_overlap_ratio").summary().count())
                .isZero();
    }

    @Test
    void prefixQueriesAndHitsAreCountedInTokens() {
        decoder.loop.submit(text("a", 2));
        decoder.finish();
        decoder.loop.submit(text("a", 2));
        decoder.finish();

        assertThat(decoder.meters
                        .get("vllm:prefix_cache_queries_total")
                        .counter()
                        .count())
                .isEqualTo(40);
        assertThat(decoder.meters.get("vllm:prefix_cache_hits_total").counter().count())
                .isEqualTo(19);
    }

    @Test
    void aBatchIsPaidForByItsSequencesToEqualParts() {
        Generation first = decoder.loop.submit(text("a", 5));
        Generation second = decoder.loop.submit(text("b", 5));
        decoder.nanosPerLook = Duration.ofMillis(1).toNanos();
        decoder.finish();

        // A chunk and a step alone, and half of three steps together.
        assertThat(first.times().engineTime()).isEqualTo(Duration.ofNanos(3_500_000));
        assertThat(second.times().engineTime()).isEqualTo(first.times().engineTime());
    }

    @Test
    void aFailedBatchIsCountedAndItsLogLineNamesItsRequests() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(new PatternFormatter("%m").format(ExtLogRecord.wrap(record)));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(DecodeLoop.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            decoder.graph.failNext();
            decoder.loop.submit(text("a", 3));
            decoder.finish();
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }

        assertThat(decoder.meters.get("autoglm_batch_failures_total").counter().count())
                .isEqualTo(1);
        assertThat(lines).singleElement().asString().contains("A batch failed: requests request");
    }

    private void pass(Duration time) {
        decoder.nanoTime += time.toNanos();
    }

    private double gauge(String name) {
        return decoder.meters
                .get(name)
                .tag("model_name", "phone")
                .tag("engine", "0")
                .gauge()
                .value();
    }

    private double seconds(String name) {
        return decoder.meters.get(name).timer().totalTime(TimeUnit.SECONDS);
    }

    private static GenerationRequest text(String salt, int maxTokens) {
        return request(salt, new FusedPrompt(List.of(new TokenRun(true, TokenIds.of(new int[20])))), maxTokens);
    }

    private static GenerationRequest request(String salt, FusedPrompt prompt, int maxTokens) {
        return GreedyRequest.of("request", prompt, new StopConditions(maxTokens, maxTokens, Set.of(), Set.of()), salt);
    }
}
