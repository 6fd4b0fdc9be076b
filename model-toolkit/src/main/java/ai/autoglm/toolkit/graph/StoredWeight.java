package ai.autoglm.toolkit.graph;

/// Where a weight lies in the external data, in bytes.
public record StoredWeight(long offset, long byteSize) {}
