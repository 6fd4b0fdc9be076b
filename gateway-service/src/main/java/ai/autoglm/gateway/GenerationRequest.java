package ai.autoglm.gateway;

import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.text.ReasoningMode;
import java.util.function.Supplier;

/// What a front end asks of the [GenerationPipeline]. Choices are numbered prompt by prompt.
///
/// @param model that the request was assigned to
/// @param promptCount how many prompts the batch will have
/// @param options the same for every choice
/// @param reasoning what the client sees of the model's thought
/// @param echo whether what a prompt holds of the answer already is part of what the client gets
/// @param prompts makes the prompts once the request is admitted: what costs memory belongs there
public record GenerationRequest(
        LoadedModel model,
        int promptCount,
        GenerationOptions options,
        ReasoningMode reasoning,
        ToolUse tools,
        boolean echo,
        Supplier<PromptBatch> prompts) {
    /// Answers to all prompts together.
    public int choiceCount() {
        return promptCount * options.choiceCount();
    }
}
