package ai.autoglm.gateway.backend;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.function.IntSupplier;

/// Every meter of how work is spread over backends, and of what happens when they fail. `backend` is a kind, such
/// as `decoder`.
@Singleton
public final class RoutingMetrics {
    private static final String BACKENDS = "autoglm.backends";

    private final MeterRegistry registry;
    private final Counter refusedFingerprints;

    public RoutingMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.refusedFingerprints = Counter.builder("autoglm.refused.fingerprints")
                .description("Requests refused because they were under way in two crashes of decoders")
                .register(registry);
    }

    /// Shows how many backends are in a state. Asking again for the same gauge changes nothing.
    ///
    /// @param model name that the gateway serves the bundle under, or `none`
    /// @param bundle the beginning of the id of the bundle that they serve
    public void watchBackends(String backend, String state, String model, String bundle, IntSupplier count) {
        Gauge.builder(BACKENDS, count::getAsInt)
                .description("Backends by kind, state, model and bundle")
                .tag("backend", backend)
                .tag("state", state)
                .tag("model", model)
                .tag("bundle", bundle)
                // The pool lives as long as the process; a weak reference to the lambda would not.
                .strongReference(true)
                .register(registry);
    }

    /// Takes away all gauges of [#watchBackends] of a kind.
    public void forgetBackends(String backend) {
        registry.find(BACKENDS).tag("backend", backend).gauges().forEach(registry::remove);
    }

    public void ejected(String backend, String reason) {
        counter("autoglm.backend.ejections", "Backends left out although they can be reached", backend, reason);
    }

    public void retried(String backend, String reason) {
        counter("autoglm.retries", "Calls made again on another backend before anything came of them", backend, reason);
    }

    /// @param outcome `resumed`, or why there was no going on elsewhere
    public void resumed(String outcome) {
        Counter.builder("autoglm.resumes")
                .description("Generations that went on, or should have gone on, on another decoder")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    public void refusedFingerprint() {
        refusedFingerprints.increment();
    }

    private void counter(String name, String description, String backend, String reason) {
        Counter.builder(name)
                .description(description)
                .tag("backend", backend)
                .tag("reason", reason)
                .register(registry)
                .increment();
    }
}
