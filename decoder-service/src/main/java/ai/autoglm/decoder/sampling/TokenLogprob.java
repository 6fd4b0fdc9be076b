package ai.autoglm.decoder.sampling;

/// A token and the logarithm of its probability.
public record TokenLogprob(int tokenId, float logprob) {}
