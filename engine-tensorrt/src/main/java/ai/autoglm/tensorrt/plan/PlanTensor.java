package ai.autoglm.tensorrt.plan;

import ai.autoglm.toolkit.engine.ElementType;
import java.util.List;

/// An input or output of an engine.
///
/// @param extents outermost first; −1 where a run decides
public record PlanTensor(String name, boolean isInput, ElementType type, List<Long> extents) {
    public PlanTensor {
        extents = List.copyOf(extents);
    }
}
