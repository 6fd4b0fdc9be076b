package ai.autoglm.toolkit.graph;

/// A quantised matrix in the external data.
///
/// @param codes integers [in, out]
/// @param scales one for each block of inputs and output, [blocks, out], or one for each output, [out]
record QuantizedWeight(StoredWeight codes, StoredWeight scales) {}
