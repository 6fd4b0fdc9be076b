package ai.autoglm.gateway;

import ai.autoglm.gateway.admission.Admission;
import ai.autoglm.gateway.decode.DecodeEvent;
import ai.autoglm.gateway.decode.DecodeEvent.EndReason;
import ai.autoglm.gateway.decode.Decoders;
import ai.autoglm.gateway.decode.GenerationGroup;
import ai.autoglm.gateway.encode.Encoders;
import ai.autoglm.gateway.metrics.PendingWork;
import ai.autoglm.gateway.metrics.PendingWork.Unit;
import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.Models;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.prompt.Prompt;
import ai.autoglm.gateway.prompt.PromptBatch;
import ai.autoglm.gateway.text.CompletionText;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.PromptScore;
import ai.autoglm.gateway.text.PromptText;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// The path of every generation, whichever front end asked for it, from its prompts to the last event of its
/// answer. Source: ARCHITECTURE.md.
///
/// Runs on the request's own thread, within a gRPC context whose end cancels every call to a backend.
@Singleton
public final class GenerationPipeline {
    private final Admission admission;
    private final Encoders encoders;
    private final Decoders decoders;
    private final PendingWork pending;

    public GenerationPipeline(
            Admission admission, Encoders encoders, Decoders decoders, Models models, PendingWork pending) {
        this.admission = admission;
        this.encoders = encoders;
        this.decoders = decoders;
        this.pending = pending;
        models.onServe(model -> pending.watch(Unit.REQUESTS, model.bundleId()));
    }

    /// Generates all choices of a request.
    ///
    /// @param client learns of the answer as it comes; nothing reaches it before every backend has
    ///     accepted every choice
    /// @param record of what the request cost
    /// @throws ServingException why there is no answer, or no more of it
    public void run(GenerationRequest request, CompletionSink client, RequestRecord record) {
        record.model(request.model());
        record.enter("admit");
        try (Admission.Permit _ = admission.admit(record.caller(), request.choiceCount());
                PendingWork.Share _ =
                        pending.open(Unit.REQUESTS, request.model().bundleId(), request.choiceCount())) {
            record.enter("prompt");
            PromptBatch batch = request.prompts().get();
            record.media(batch.media());
            record.leave();
            try (StartedChoices started = StartedChoices.start(encoders, decoders, request, batch, record);
                    GenerationGroup generations = new GenerationGroup(started.generations())) {
                record.accepted(started.cost());
                record.enter("answer");
                AnswerRelay relay =
                        new AnswerRelay(started.promptTokens(), choices(request, batch, started), client, record);
                relay.open();
                while (!relay.finished()) {
                    relay(request, generations.next(), generations, relay);
                }
                relay.finish();
            }
        }
    }

    /// Hands an event on, and cancels a generation whose text has ended before it.
    private static void relay(
            GenerationRequest request, GenerationGroup.Event next, GenerationGroup generations, AnswerRelay relay) {
        switch (next.event()) {
            case DecodeEvent.Progress _ -> {}
            case DecodeEvent.PromptScored(int _, List<PromptScore> scores) -> relay.score(next.index(), scores);
            case DecodeEvent.Token(GeneratedToken token, int _) -> {
                if (request.options().readsPromptOnly()) {
                    generations.end(next.index());
                    relay.end(next.index(), FinishReason.LENGTH, null);
                } else if (relay.token(next.index(), token)) {
                    generations.end(next.index());
                    relay.end(next.index(), FinishReason.STOP, null);
                }
            }
            case DecodeEvent.Finished(EndReason reason, Integer stopToken) ->
                relay.end(
                        next.index(),
                        switch (reason) {
                            case STOP -> FinishReason.STOP;
                            case LENGTH -> FinishReason.LENGTH;
                        },
                        stopToken);
        }
    }

    private static List<Choice> choices(GenerationRequest request, PromptBatch batch, StartedChoices started) {
        LoadedModel model = request.model();
        PromptText promptText = new PromptText(model.tokenizer());
        return IntStream.range(0, request.choiceCount())
                .mapToObj(index -> {
                    Prompt prompt =
                            batch.prompts().get(index / request.options().choiceCount());
                    TokenIds ids =
                            started.prompt(index).tokenIds(model.manifest().tokens());
                    return new Choice(request, text(request, prompt), prompt.prefill(), ids, promptText);
                })
                .toList();
    }

    private static CompletionText text(GenerationRequest request, Prompt prompt) {
        return new CompletionText(
                request.model().tokenizer(),
                Set.copyOf(request.model().manifest().tokens().endOfSequence()),
                request.reasoning(),
                request.options().stop(),
                request.options().tokenForm(),
                prompt.language());
    }
}
