package ai.autoglm.toolkit.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// The kind of processor that an engine computes on. Element types belong to it: what is fast on one is slow or
/// missing on the other.
public enum Target {
    CPU,
    GPU;

    /// As in manifests.
    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
