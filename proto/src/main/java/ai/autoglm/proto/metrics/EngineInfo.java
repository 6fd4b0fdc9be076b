package ai.autoglm.proto.metrics;

import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineChoice;
import io.micrometer.core.instrument.MeterRegistry;

/// `autoglm_engine_info`: what computes in this process, told by labels. Its value is always 1.
public final class EngineInfo {
    private EngineInfo() {}

    /// @param part such as "decoder"
    /// @param chosen what was asked for
    public static void register(MeterRegistry registry, String part, Engine engine, EngineChoice chosen) {
        Meters.of(registry)
                .with(
                        "part",
                        part,
                        "engine",
                        engine.name(),
                        "device",
                        engine.target().toString(),
                        "chosen",
                        chosen.toString())
                .gauge("autoglm_engine_info", "What computes in this process", part, _ -> 1);
    }
}
