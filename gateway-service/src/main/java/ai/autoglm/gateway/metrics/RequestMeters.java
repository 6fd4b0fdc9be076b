package ai.autoglm.gateway.metrics;

import ai.autoglm.proto.metrics.Buckets;
import ai.autoglm.proto.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The meters that vLLM has for its requests, under its names. As there, each choice is a request of the engine.
final class RequestMeters {
    /// A choice that was begun and not ended.
    static final String ABORTED = "abort";

    private final Meters ofModel;
    private final Timer timeToFirstToken;
    private final Map<RequestKind, Timer> timeToFirstTokenOf = new EnumMap<>(RequestKind.class);
    private final Timer interTokenLatency;
    private final Timer requestLatency;
    private final Counter promptTokens;
    private final Counter generationTokens;
    private final DistributionSummary requestPromptTokens;
    private final DistributionSummary requestGenerationTokens;
    private final DistributionSummary requestMaxGenerationTokens;

    /// @param modelName as clients call the model
    /// @param maxTokens longest prompt and completion together
    RequestMeters(MeterRegistry registry, String modelName, int maxTokens) {
        ofModel = Meters.ofModel(registry, modelName);
        timeToFirstToken = ofModel.timer(
                "vllm:time_to_first_token_seconds",
                "From the request's headers to the first generated token",
                Buckets.TIME_TO_FIRST_TOKEN);
        for (RequestKind kind : RequestKind.values()) {
            timeToFirstTokenOf.put(
                    kind,
                    Meters.of(registry)
                            .with("kind", kind.label())
                            .timer(
                                    "autoglm_request_first_token_seconds",
                                    "The same, by what the request is made of",
                                    Buckets.TIME_TO_FIRST_TOKEN));
        }
        interTokenLatency = ofModel.timer(
                "vllm:inter_token_latency_seconds",
                "From one token of a choice to the next",
                Buckets.INTER_TOKEN_LATENCY);
        requestLatency = ofModel.timer(
                "vllm:e2e_request_latency_seconds",
                "From the headers of a request that a decoder has accepted to the last byte of its answer",
                Buckets.REQUEST_LATENCY);
        promptTokens = ofModel.counter("vllm:prompt_tokens_total", "Prompt tokens of accepted requests");
        generationTokens = ofModel.counter("vllm:generation_tokens_total", "Generated tokens, thought included");
        double[] lengths = Buckets.tokenCounts(maxTokens);
        requestPromptTokens =
                ofModel.summary("vllm:request_prompt_tokens", "Prompt tokens of an accepted request", lengths);
        requestGenerationTokens =
                ofModel.summary("vllm:request_generation_tokens", "Generated tokens of a choice", lengths);
        requestMaxGenerationTokens = ofModel.summary(
                "vllm:request_max_num_generation_tokens", "Generated tokens of a request's longest choice", lengths);
        List.of("stop", "length", ABORTED).forEach(reason -> success(reason, 0));
    }

    void prompt(int tokenCount) {
        promptTokens.increment(tokenCount);
        requestPromptTokens.record(tokenCount);
    }

    void firstToken(RequestKind kind, Duration sinceHeaders) {
        timeToFirstToken.record(sinceHeaders);
        Objects.requireNonNull(timeToFirstTokenOf.get(kind)).record(sinceHeaders);
    }

    void token() {
        generationTokens.increment();
    }

    void pause(Duration sinceLastToken) {
        interTokenLatency.record(sinceLastToken);
    }

    /// A choice has ended.
    void choice(String finishReason, int tokenCount) {
        success(finishReason, 1);
        requestGenerationTokens.record(tokenCount);
    }

    /// A request that a decoder had accepted has ended.
    void request(Duration latency, int longestChoice) {
        requestLatency.record(latency);
        requestMaxGenerationTokens.record(longestChoice);
    }

    private void success(String finishReason, int count) {
        ofModel.with("finished_reason", finishReason)
                .counter("vllm:request_success_total", "Choices that were begun, by why they ended")
                .increment(count);
    }
}
