package ai.autoglm.gateway;

import ai.autoglm.gateway.decode.Decoders;
import ai.autoglm.gateway.decode.FusedPrompt;
import ai.autoglm.gateway.decode.Generation;
import ai.autoglm.gateway.encode.EncodedMedia;
import ai.autoglm.gateway.encode.Encoders;
import ai.autoglm.gateway.metrics.PromptCost;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/// The generations of one request, each accepted by a decoder. The first choice of each prompt starts at once,
/// the others when its first token has come: the prefix cache, and the encoders' caches, then serve them. Closing
/// it cancels what has not ended.
final class StartedChoices implements AutoCloseable {
    private static final int MAX_PROMPT_SCORES = 131_072;

    private record Choice(int index, FusedPrompt prompt, Generation generation) {}

    private final Encoders encoders;
    private final Decoders decoders;
    private final LoadedModel model;
    private final PromptBatch batch;
    private final GenerationOptions options;
    private final RequestRecord record;
    private final ChoiceSeeds seeds;
    private final List<EncodedMedia> encodings = new ArrayList<>();
    private final List<Choice> choices = new ArrayList<>();
    private long scoreCount;
    private PromptTokenCounts promptTokens = new PromptTokenCounts(0, 0, 0);
    private int imageTokenCount;

    private StartedChoices(
            Encoders encoders, Decoders decoders, GenerationRequest request, PromptBatch batch, RequestRecord record) {
        this.encoders = encoders;
        this.decoders = decoders;
        this.model = request.model();
        this.batch = batch;
        this.options = request.options();
        this.record = record;
        this.seeds = ChoiceSeeds.of(options.sampling().seed());
    }

    /// Waits until every backend has accepted every choice.
    static StartedChoices start(
            Encoders encoders, Decoders decoders, GenerationRequest request, PromptBatch batch, RequestRecord record) {
        StartedChoices started = new StartedChoices(encoders, decoders, request, batch, record);
        try {
            started.startFirsts();
            if (request.options().choiceCount() > 1) {
                started.startOthers();
            }
            started.choices.sort(Comparator.comparingInt(Choice::index));
            return started;
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    /// In the order of their indices.
    List<Generation> generations() {
        return choices.stream().map(Choice::generation).toList();
    }

    FusedPrompt prompt(int choice) {
        return choices.get(choice).prompt;
    }

    /// Of all prompts, each counted once.
    PromptTokenCounts promptTokens() {
        return promptTokens;
    }

    /// What all prompts cost, for accounting.
    PromptCost cost() {
        return new PromptCost(promptTokens.total(), promptTokens.cached(), imageTokenCount, promptTokens.audio());
    }

    @Override
    public void close() {
        choices.forEach(choice -> choice.generation.close());
        encodings.forEach(EncodedMedia::close);
    }

    private void startFirsts() {
        for (int prompt = 0; prompt < batch.prompts().size(); prompt++) {
            FusedPrompt fused = fused(batch.prompts().get(prompt));
            requireFewScores(fused.tokenCount());
            record.reserve(fused.tokenCount() + (long) options.choiceCount() * maxTokens());
            Generation generation = start(prompt * options.choiceCount(), fused);
            promptTokens = promptTokens.plus(
                    new PromptTokenCounts(fused.tokenCount(), generation.cachedTokenCount(), fused.audioTokenCount()));
            imageTokenCount += fused.imageTokenCount();
        }
    }

    /// An answer holds the log probabilities of the prompt for each choice.
    private void requireFewScores(int tokenCount) {
        if (options.promptLogprobs() == null) {
            return;
        }
        scoreCount += (long) options.choiceCount() * (1 + options.promptLogprobs()) * tokenCount;
        if (scoreCount > MAX_PROMPT_SCORES) {
            throw new ServingException(
                            ErrorCode.INVALID_VALUE,
                            "The log probabilities of the prompt would be more than %d in all choices: ask for fewer"
                                            .formatted(MAX_PROMPT_SCORES)
                                    + " alternatives, or for fewer or shorter prompts.")
                    .withParam("prompt_logprobs");
        }
    }

    private int maxTokens() {
        return Objects.requireNonNullElse(options.maxTokens(), 0);
    }

    private void startOthers() {
        for (Choice first : List.copyOf(choices)) {
            first.generation.awaitFirstToken();
            for (int other = 1; other < options.choiceCount(); other++) {
                start(first.index + other, first.prompt);
            }
        }
    }

    private Generation start(int index, FusedPrompt prompt) {
        Generation generation = decoders.generate(model.manifest(), prompt, options, seeds.of(index), record);
        choices.add(new Choice(index, prompt, generation));
        return generation;
    }

    /// All choices share it: a decoder that does not know the rows of a medium has it encoded again.
    private FusedPrompt fused(Prompt prompt) {
        EncodedMedia encoded = encoders.encode(model, batch.media(), record);
        encodings.add(encoded);
        return FusedPrompt.of(prompt, encoded);
    }
}
