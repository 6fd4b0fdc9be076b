package ai.autoglm.toolkit.graph;

/// How much a matrix lost when it was quantised.
///
/// @param weight name in the checkpoint
/// @param relativeError ‖w − ŵ‖ / ‖w‖
public record MatrixError(String weight, double relativeError) {}
