package ai.autoglm.tensorrt.plan;

import org.jspecify.annotations.Nullable;

/// Told of a build's phases, which are nested, from threads of TensorRT's.
public interface BuildProgress {
    /// @param parent absent for a phase of its own
    void begin(String phase, @Nullable String parent, int stepCount);

    /// @return whether to go on
    boolean stepped(String phase, int step);

    void end(String phase);
}
