package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.Shape;
import java.util.Map;
import java.util.TreeMap;

/// The shapes that an engine is built for, of each input with dimensions that vary.
///
/// @param name for people: "prefill"
public record Profile(String name, Map<String, Range> inputs) {
    /// Smallest, most usual and largest shape of an input.
    public record Range(Shape min, Shape opt, Shape max) {
        @Override
        public String toString() {
            return min + " " + opt + " " + max;
        }
    }

    public Profile {
        inputs = Map.copyOf(inputs);
    }

    /// One line, always the same for the same profile.
    String canonical() {
        return name + " " + new TreeMap<>(inputs);
    }
}
