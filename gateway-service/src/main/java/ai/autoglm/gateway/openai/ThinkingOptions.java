package ai.autoglm.gateway.openai;

import org.jspecify.annotations.Nullable;

/// What the client said about thinking, in whichever spelling, after precedence (API 1.5).
///
/// @param enabled null: no field said anything
/// @param returned null: no field said anything
public record ThinkingOptions(
        @Nullable Boolean enabled, @Nullable Boolean returned) {}
