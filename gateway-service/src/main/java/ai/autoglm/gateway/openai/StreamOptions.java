package ai.autoglm.gateway.openai;

/// Whether and how the answer is streamed.
///
/// @param includeUsage whether a usage chunk comes before `[DONE]`
/// @param continuousUsage whether every chunk carries usage
public record StreamOptions(boolean enabled, boolean includeUsage, boolean continuousUsage) {}
