package ai.autoglm.gateway.openai;

import java.util.List;
import java.util.Optional;

/// Reads what a request says about thinking, in each of the spellings that are in use. Source: API 1.5.
final class ThinkingFields {
    private static final List<String> REASONING_EFFORTS =
            List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    private ThinkingFields() {}

    /// @param templateArguments `chat_template_kwargs`
    static ThinkingOptions read(JsonFields root, Optional<JsonFields> templateArguments) {
        Optional<Boolean> enableThinking = root.bool("enable_thinking");
        Optional<Boolean> templateSwitch = templateArguments.flatMap(arguments -> arguments.bool("enable_thinking"));
        Optional<Boolean> thinkingType = root.object("thinking")
                .flatMap(thinking -> thinking.find("type"))
                .map(type -> type.oneOf(List.of("enabled", "disabled")).equals("enabled"));
        Optional<Boolean> effort = root.find("reasoning_effort")
                .map(value -> !value.oneOf(REASONING_EFFORTS).equals("none"));
        Optional<Boolean> returnReasoning = root.bool("return_reasoning");
        Optional<Boolean> includeReasoning = root.bool("include_reasoning");
        Optional<Boolean> separateReasoning = root.bool("separate_reasoning");
        return new ThinkingOptions(
                enableThinking
                        .or(() -> templateSwitch)
                        .or(() -> thinkingType)
                        .or(() -> effort)
                        .orElse(null),
                returnReasoning
                        .or(() -> includeReasoning)
                        .or(() -> separateReasoning)
                        .orElse(null));
    }
}
