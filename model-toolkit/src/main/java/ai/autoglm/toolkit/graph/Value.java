package ai.autoglm.toolkit.graph;

/// An edge of the graph under construction: an input, a weight or a node's output, with its element type. Graphs are
/// strongly typed: nothing is cast unless the graph says so.
record Value(String name, OnnxType type) {}
