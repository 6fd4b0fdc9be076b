package ai.autoglm.proto.metrics;

import ai.autoglm.toolkit.engine.Engine;
import io.micrometer.core.instrument.MeterRegistry;

/// `autoglm_engine_info`: what computes in this process, told by labels. Its value is always 1.
public final class EngineInfo {
    private EngineInfo() {}

    /// @param part such as "decoder"
    public static void register(MeterRegistry registry, String part, Engine engine, WantedDevice wanted) {
        Meters.of(registry)
                .with("part", part, "engine", engine.name(), "device", engine.device(), "wanted", wanted.label())
                .gauge("autoglm_engine_info", "What computes in this process", part, _ -> 1);
    }
}
