package ai.autoglm.benchmarks;

/// Pods and their settings.
///
/// @param slots sequences that a decoder works on side by side
/// @param prefillChunk prompt tokens of a decoder's step
record Fleet(int visionEncoders, int decoders, int slots, int prefillChunk) {}
