package ai.autoglm.gateway.completions;

import java.util.List;

/// What the choices of a request begin with: their prompts where the client wants an echo, else nothing.
///
/// @param prompts texts of the prompts; none where there is no echo
/// @param choicesPerPrompt choices are numbered prompt by prompt
record TextBeginnings(List<String> prompts, int choicesPerPrompt) {
    TextBeginnings {
        prompts = List.copyOf(prompts);
    }

    boolean isNone() {
        return prompts.isEmpty();
    }

    String of(int choice) {
        return prompts.isEmpty() ? "" : prompts.get(choice / choicesPerPrompt);
    }
}
