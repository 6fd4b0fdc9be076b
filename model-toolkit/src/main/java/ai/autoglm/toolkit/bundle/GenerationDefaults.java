package ai.autoglm.toolkit.bundle;

/// Sampling values for requests that leave them out: from generation_config.json, or neutral.
///
/// @param temperature 0 is greedy
/// @param topK 0 is off
public record GenerationDefaults(double temperature, double topP, int topK, double repetitionPenalty) {}
