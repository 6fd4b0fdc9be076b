package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ThinkingOptions;

/// What thinking means for one request, once the server's default is known. Source: the table in API 1.5.
///
/// @param enabled whether the model shall think: what the chat template is told
/// @param mode what the client sees of it
public record ThinkingPlan(boolean enabled, ReasoningMode mode) {
    /// @param structured whether the answer has a structure that the model's own tags would break: it is never raw
    public static ThinkingPlan of(ThinkingOptions options, DefaultThinking byDefault, boolean structured) {
        if (options.enabled() == null && options.returned() == null) {
            return switch (byDefault) {
                case RAW -> new ThinkingPlan(true, structured ? ReasoningMode.RETURNED : ReasoningMode.RAW);
                case SPLIT -> new ThinkingPlan(true, ReasoningMode.RETURNED);
                case OFF -> new ThinkingPlan(false, ReasoningMode.HIDDEN);
            };
        }
        boolean enabled = !Boolean.FALSE.equals(options.enabled());
        boolean returned = enabled && !Boolean.FALSE.equals(options.returned());
        return new ThinkingPlan(enabled, returned ? ReasoningMode.RETURNED : ReasoningMode.HIDDEN);
    }
}
