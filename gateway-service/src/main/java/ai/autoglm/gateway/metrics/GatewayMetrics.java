package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.toolkit.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Owns the name of every meter of the gateway, and writes the one log line of each request.
@Singleton
public final class GatewayMetrics {
    private static final Logger LOG = Logger.getLogger("ai.autoglm.gateway.requests");

    private final MeterRegistry registry;
    private final Timer timeToFirstToken;
    private final Timer timePerOutputToken;
    private final Timer requestDuration;
    private final Counter promptTokens;
    private final Counter cachedTokens;
    private final Counter completionTokens;
    private final Counter unknownFields;

    public GatewayMetrics(MeterRegistry registry, Admission admission) {
        this.registry = registry;
        this.timeToFirstToken = Timer.builder("gateway.time.to.first.token")
                .description("From the request's headers to the first generated token")
                .publishPercentileHistogram()
                .register(registry);
        this.timePerOutputToken = Timer.builder("gateway.time.per.output.token")
                .description("Mean pause between the generated tokens of a request")
                .publishPercentileHistogram()
                .register(registry);
        this.requestDuration = Timer.builder("gateway.request.duration")
                .description("From the request's headers to the last byte of the answer")
                .publishPercentileHistogram()
                .register(registry);
        this.promptTokens = tokens("gateway.prompt.tokens", "Prompt tokens of accepted requests");
        this.cachedTokens = tokens("gateway.cached.tokens", "Prompt tokens found in a decoder's prefix cache");
        this.completionTokens = tokens("gateway.completion.tokens", "Generated tokens, reasoning included");
        this.unknownFields = Counter.builder("gateway.unknown.fields")
                .description("Request fields that nobody knows and that were ignored")
                .register(registry);
        Gauge.builder("gateway.requests.running", admission, Admission::running)
                .description("Choices of requests between admission and the last byte of their answer")
                .register(registry);
    }

    public void unknownFields(int count) {
        unknownFields.increment(count);
    }

    /// A medium's rows are complete.
    ///
    /// @param encoder such as "vision-encoder"
    /// @param startNanos when its upload began, as [System#nanoTime] tells it
    public void encoded(String encoder, long startNanos) {
        Timer.builder("gateway.encode.duration")
                .description("From the first byte of a medium to its last embedding row")
                .tag("encoder", encoder)
                .register(registry)
                .record(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /// Counts a finished request, charges its caller, and writes its log line.
    ///
    /// @param error null: it was answered
    public void finished(RequestRecord request, int status, @Nullable ErrorCode error) {
        request.settle();
        String outcome = error == null ? "ok" : error.wireName();
        registry.counter("gateway.requests", "code", outcome).increment();
        requestDuration.record(request.elapsed());
        request.timeToFirstToken().ifPresent(timeToFirstToken::record);
        request.timePerOutputToken().ifPresent(timePerOutputToken::record);
        if (error == null && request.completionTokenCount() > 0) {
            registry.counter("gateway.answers", "finished_reason", request.finishReasonOrNone())
                    .increment();
        }
        promptTokens.increment(request.promptTokenCount());
        cachedTokens.increment(request.cachedTokenCount());
        completionTokens.increment(request.completionTokenCount());
        LOG.infof(
                "request %s key=%s status=%d outcome=%s prompt=%d cached=%d completion=%d finish=%s first_token_ms=%s total_ms=%d",
                request.id(),
                request.caller().name(),
                status,
                outcome,
                request.promptTokenCount(),
                request.cachedTokenCount(),
                request.completionTokenCount(),
                request.finishReasonOrNone(),
                request.timeToFirstToken()
                        .map(time -> Long.toString(time.toMillis()))
                        .orElse("-"),
                request.elapsed().toMillis());
    }

    private Counter tokens(String name, String description) {
        return Counter.builder(name).description(description).baseUnit("tokens").register(registry);
    }
}
