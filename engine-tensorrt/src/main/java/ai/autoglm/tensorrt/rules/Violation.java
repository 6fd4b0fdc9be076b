package ai.autoglm.tensorrt.rules;

/// One thing in a graph that TensorRT would refuse, or compute differently.
///
/// @param place name of the node, input or output
/// @param source where the rule is written
public record Violation(String place, String complaint, String source) {
    @Override
    public String toString() {
        return place + ": " + complaint + " [" + source + "]";
    }
}
