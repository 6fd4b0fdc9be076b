package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.admission.AdmissionConfig;
import ai.autoglm.gateway.admission.GatewayCount;
import ai.autoglm.gateway.admission.HeldBytes;
import ai.autoglm.gateway.admission.TokenAllowance;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.model.PerModel;
import ai.autoglm.proto.metrics.Buckets;
import ai.autoglm.proto.metrics.Meters;
import ai.autoglm.proto.trace.Stage;
import ai.autoglm.toolkit.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the gateway counts and times of requests; each request leaves its line in the [RequestLog].
@Singleton
public final class GatewayMetrics {
    private final Meters meters;
    private final PerModel<RequestMeters> requestMeters;
    private final UsageMeters usage;
    private final RequestLog log = new RequestLog();
    private final Counter unknownFields;

    public GatewayMetrics(
            MeterRegistry registry, Admission admission, GatewayCount gateways, AdmissionConfig config, Models models) {
        this.meters = Meters.of(registry);
        this.requestMeters = new PerModel<>(model -> new RequestMeters(
                registry, model.servedName(), model.manifest().decoder().maxPositions()));
        models.onServe(requestMeters::of);
        this.usage = new UsageMeters(registry, config.usageKeys());
        this.unknownFields = meters.counter(
                "autoglm_unknown_fields_total", "Request fields that nobody knows and that were ignored");
        meters.gauge(
                "autoglm_requests_running",
                "Choices of requests between admission and the last byte of their answer",
                admission,
                Admission::running);
        meters.gauge(
                "autoglm_requests_capacity",
                "Choices that are worked on at once, at most",
                admission,
                Admission::capacity);
        meters.gauge(
                "autoglm_gateways",
                "Gateways that share the limits of keys, this one included",
                gateways,
                GatewayCount::current);
        count(null, 0);
    }

    /// A request begins.
    ///
    /// @param held what it holds in memory
    /// @param trace the span of the whole request
    public RequestRecord begin(String id, Caller caller, TokenAllowance allowance, HeldBytes.Share held, Stage trace) {
        return new RequestRecord(id, caller, allowance, held, requestMeters::of, trace);
    }

    public void unknownFields(int count) {
        unknownFields.increment(count);
    }

    /// A medium's rows are complete.
    ///
    /// @param encoder such as "vision-encoder"
    /// @param startNanos when its upload began, as [System#nanoTime] tells it
    public void encoded(String encoder, long startNanos) {
        meters.with("encoder", encoder)
                .timer(
                        "autoglm_media_round_trip_seconds",
                        "From the first byte of a medium to its last embedding row",
                        Buckets.TIME_TO_FIRST_TOKEN)
                .record(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /// Counts a finished request, charges its caller, and writes its log line.
    ///
    /// @param error null: it was answered
    public void finished(RequestRecord request, int status, @Nullable ErrorCode error) {
        request.end();
        count(error, 1);
        usage.add(request);
        request.trace().set("http.response.status_code", status);
        if (error != null) {
            request.trace().fail(error.wireName());
        }
        log.write(request, status, outcome(error));
    }

    /// A POST request was refused before its body was read.
    public void refused(String id, Caller caller, ErrorCode error) {
        count(error, 1);
        log.writeRefusal(id, caller, HttpErrors.status(error), outcome(error));
    }

    private void count(@Nullable ErrorCode error, int count) {
        meters.with("code", outcome(error), "fault", fault(error))
                .counter("autoglm_requests_total", "Finished POST requests by how they ended, and whose fault it was")
                .increment(count);
    }

    private static String outcome(@Nullable ErrorCode error) {
        return error == null ? "ok" : error.wireName();
    }

    private static String fault(@Nullable ErrorCode error) {
        if (error == null) {
            return "none";
        }
        return HttpErrors.status(error) < 500 ? "client" : "server";
    }
}
