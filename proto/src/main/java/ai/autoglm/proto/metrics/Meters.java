package ai.autoglm.proto.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Makes meters that share their labels. Names are written as Prometheus shows them: whole, with unit and
/// with `_total` for counters.
///
/// @param tags of each meter
public record Meters(MeterRegistry registry, Tags tags) {
    private static final String ENGINE = "0";

    /// Of meters that have a name in vLLM: they carry its labels. One process is one engine, as vLLM
    /// counts them. Source: vLLM, vllm/v1/metrics/loggers.py.
    ///
    /// @param modelName as clients call the model
    public static Meters ofModel(MeterRegistry registry, String modelName) {
        return new Meters(registry, Tags.of("model_name", modelName, "engine", ENGINE));
    }

    /// Of meters without labels in common.
    public static Meters of(MeterRegistry registry) {
        return new Meters(registry, Tags.empty());
    }

    /// The same with more labels.
    ///
    /// @param keyValues label names and values in turn
    public Meters with(String... keyValues) {
        return new Meters(registry, tags.and(keyValues));
    }

    public Counter counter(String name, String description) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /// @param owner kept alive by the gauge
    public <T> void gauge(String name, String description, T owner, ToDoubleFunction<T> value) {
        Gauge.builder(name, owner, value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /// A timer with a histogram.
    public Timer timer(String name, String description, List<Duration> buckets) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .register(registry);
    }

    /// A histogram of counts or ratios.
    public DistributionSummary summary(String name, String description, double[] buckets) {
        return DistributionSummary.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }
}
