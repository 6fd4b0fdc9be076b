package ai.autoglm.benchmarks;

/// What clients of a fleet send: each request a new screenshot and a text.
///
/// @param promptTokens of a request, those of its screenshot included
/// @param cachedTokens of these, found in a decoder's prefix cache
/// @param answerTokens on average; lengths are spread exponentially
record FleetWorkload(int promptTokens, int cachedTokens, int answerTokens) {
    FleetWorkload {
        if (cachedTokens >= promptTokens || cachedTokens < 0 || answerTokens < 1) {
            throw new IllegalArgumentException("a request needs at least one token that is not cached, and an answer");
        }
    }
}
