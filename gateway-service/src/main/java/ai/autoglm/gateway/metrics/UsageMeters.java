package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.proto.metrics.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What each key has used: what a bill is made of. Keys have names of their own in labels as long as there
/// are not too many; those that come later share one.
final class UsageMeters {
    /// The label of all keys for which there was no place.
    static final String OTHERS = "other";

    private static final List<String> ENGINES = List.of("vision-encoder", "audio-encoder", "decoder");

    private final Meters meters;
    private final int maxLabels;
    private final Set<String> labels = new HashSet<>();

    /// @param maxLabels keys that have labels of their own
    UsageMeters(MeterRegistry registry, int maxLabels) {
        this.meters = Meters.of(registry);
        this.maxLabels = maxLabels;
    }

    void add(RequestRecord request) {
        Meters ofKey = meters.with("key", label(request.caller()));
        ofKey.counter("autoglm_usage_requests_total", "Finished requests of a key")
                .increment();
        PromptCost prompt = request.prompt();
        addTokens(ofKey, "prompt", prompt.total());
        addTokens(ofKey, "cached", prompt.cached());
        addTokens(ofKey, "image", prompt.image());
        addTokens(ofKey, "audio", prompt.audio());
        addTokens(ofKey, "completion", request.completionTokenCount());
        for (String engine : ENGINES) {
            addEngineTime(ofKey, engine, request.engineTime(engine));
        }
    }

    private static void addTokens(Meters ofKey, String type, int count) {
        ofKey.with("type", type)
                .counter(
                        "autoglm_usage_tokens_total",
                        "Tokens of a key: prompt and completion; of the prompt's, those cached, of images and of audio")
                .increment(count);
    }

    private static void addEngineTime(Meters ofKey, String engine, Duration time) {
        ofKey.with("engine", engine)
                .counter("autoglm_usage_engine_seconds_total", "A key's shares of the engines' time")
                .increment(time.toNanos() / 1e9);
    }

    private synchronized String label(Caller caller) {
        if (labels.contains(caller.name())) {
            return caller.name();
        }
        return labels.size() < maxLabels && labels.add(caller.name()) ? caller.name() : OTHERS;
    }
}
