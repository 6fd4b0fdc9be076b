package ai.autoglm.toolkit.graph;

/// An edge of the graph under construction: an input, a weight or a node's output.
record Value(String name) {}
