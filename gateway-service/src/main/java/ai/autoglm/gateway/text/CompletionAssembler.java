package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.ChatCompletion;
import ai.autoglm.gateway.openai.ChatCompletion.Choice;
import ai.autoglm.gateway.openai.ChatCompletion.Message;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.ContentLogprobs;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.OpenAiJson;
import ai.autoglm.gateway.openai.Usage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Collects the events of a chat completion into its body.
public final class CompletionAssembler implements BodyAssembler {
    private final CompletionIdentity identity;
    private final GenerationOptions options;
    private final Map<Integer, ChoiceAssembler> choices = new TreeMap<>();

    /// @param options say what else than text was asked for
    public CompletionAssembler(CompletionIdentity identity, GenerationOptions options) {
        this.identity = identity;
        this.options = options;
    }

    @Override
    public void accept(int choice, CompletionEvent event) {
        choices.computeIfAbsent(choice, _ -> new ChoiceAssembler()).accept(event);
    }

    @Override
    public Body finish(Usage usage) {
        List<Choice> finished = choices.entrySet().stream()
                .map(entry -> choice(entry.getKey(), entry.getValue()))
                .toList();
        // Every choice has the same prompt.
        List<PromptToken> prompt = choices.values().stream()
                .findFirst()
                .map(ChoiceAssembler::prompt)
                .orElse(List.of());
        return Body.json(OpenAiJson.write(ChatCompletion.of(
                identity,
                finished,
                usage,
                options.promptLogprobs() == null ? null : PromptLogprobs.of(prompt),
                options.tokenForm().returnsIds()
                        ? prompt.stream().map(PromptToken::id).toList()
                        : null)));
    }

    private Choice choice(int index, ChoiceAssembler choice) {
        boolean callsOnly = choice.content().isEmpty() && !choice.toolCalls().isEmpty();
        Message message = new Message(callsOnly ? null : choice.content(), choice.reasoning(), choice.toolCalls());
        ContentLogprobs logprobs =
                options.topLogprobs() == null ? null : ContentLogprobs.of(choice.logprobs(), options.tokenForm());
        return new Choice(
                index,
                message,
                logprobs,
                choice.end().reason(),
                choice.end().stopReason(),
                options.tokenForm().returnsIds() ? choice.ids() : null);
    }
}
