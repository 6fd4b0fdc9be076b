package ai.autoglm.proto.metrics;

import java.util.Locale;

/// Where the operator wants a model to compute. What it really computes on may differ: that is told, not refused.
public enum WantedDevice {
    ANY,
    CPU,
    GPU;

    /// As in configuration and labels.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
