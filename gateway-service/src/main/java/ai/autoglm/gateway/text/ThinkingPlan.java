package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ThinkingOptions;

/// What thinking means for one request, once the server's default is known. Source: the table in API 1.5.
///
/// @param enabled whether the model shall think: what the chat template is told
/// @param mode what the client sees of it
public record ThinkingPlan(boolean enabled, ReasoningMode mode) {
    public static ThinkingPlan of(ThinkingOptions options, DefaultThinking byDefault) {
        if (options.enabled() == null && options.returned() == null) {
            return switch (byDefault) {
                case RAW -> new ThinkingPlan(true, ReasoningMode.RAW);
                case SPLIT -> new ThinkingPlan(true, ReasoningMode.RETURNED);
                case OFF -> new ThinkingPlan(false, ReasoningMode.HIDDEN);
            };
        }
        boolean enabled = !Boolean.FALSE.equals(options.enabled());
        boolean returned = enabled && !Boolean.FALSE.equals(options.returned());
        return new ThinkingPlan(enabled, returned ? ReasoningMode.RETURNED : ReasoningMode.HIDDEN);
    }
}
