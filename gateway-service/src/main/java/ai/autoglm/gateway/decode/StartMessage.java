package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.encode.Acceptance;
import ai.autoglm.gateway.encode.EncodedMedium;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.SamplingOptions;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.text.AnswerLanguage;
import ai.autoglm.proto.v1.AudioSpan;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.ImageGrid;
import ai.autoglm.proto.v1.MediaRun;
import ai.autoglm.proto.v1.PromptSegment;
import ai.autoglm.proto.v1.SamplingParameters;
import ai.autoglm.proto.v1.StopConditions;
import ai.autoglm.proto.v1.TokenRun;
import ai.autoglm.toolkit.bundle.GenerationDefaults;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import org.jspecify.annotations.Nullable;

/// The first message of a generation: the whole prompt but for its media rows, and every value that the
/// client left to the bundle.
final class StartMessage {
    private StartMessage() {}

    static GenerateRequest of(
            String bundleId,
            String requestId,
            String cacheSalt,
            DecoderShare share,
            FusedPrompt prompt,
            SamplingParameters sampling,
            StopConditions stop,
            GenerationOptions options) {
        GenerateStart.Builder start = GenerateStart.newBuilder()
                .setBundleId(bundleId)
                .setRequestId(requestId)
                .setCacheSalt(cacheSalt)
                .setShareId(share.id())
                .setShareWeight(share.weight())
                .setSampling(sampling)
                .setStop(stop);
        prompt.segments().forEach(segment -> start.addPrompt(segment(segment)));
        if (options.topLogprobs() != null) {
            start.setLogprobsCount(options.topLogprobs());
        }
        if (options.promptLogprobs() != null) {
            start.setPromptLogprobsCount(options.promptLogprobs());
        }
        AnswerLanguage language = prompt.language();
        if (language != null) {
            start.setGrammar(GrammarMessage.of(language));
        }
        return GenerateRequest.newBuilder().setStart(start).build();
    }

    static SamplingParameters sampling(SamplingOptions options, GenerationDefaults defaults, long seed) {
        double topP = orElse(options.topP(), defaults.topP());
        // The contract allows a top_p of 0, which leaves the most likely token; the wire has 0 < top_p
        // <= 1.
        boolean greedy = topP == 0;
        SamplingParameters.Builder sampling = SamplingParameters.newBuilder()
                .setTemperature(greedy ? 0 : (float) orElse(options.temperature(), defaults.temperature()))
                .setTopP(greedy ? 1 : (float) topP)
                .setTopK(orElse(options.topK(), defaults.topK()))
                .setMinP((float) options.minP())
                .setSeed(seed)
                .setPresencePenalty((float) options.presencePenalty())
                .setFrequencyPenalty((float) options.frequencyPenalty())
                .setRepetitionPenalty((float) orElse(options.repetitionPenalty(), defaults.repetitionPenalty()));
        sampling.addAllAllowedTokenIds(options.allowedTokenIds());
        options.bannedSequences().forEach(sequence -> sampling.addBannedSequences(run(sequence)));
        options.logitBias().forEach((id, bias) -> sampling.putLogitBias(id, bias.floatValue()));
        return sampling.build();
    }

    static StopConditions stop(StopOptions options, int maxTokens) {
        return StopConditions.newBuilder()
                .setMaxTokens(maxTokens)
                .setMinTokens(Math.min(options.minTokens(), maxTokens))
                .setIgnoreEos(options.ignoreEos())
                .addAllStopTokenIds(options.tokenIds())
                .build();
    }

    private static PromptSegment segment(FusedPrompt.Segment segment) {
        return switch (segment) {
            case FusedPrompt.Segment.Text text ->
                PromptSegment.newBuilder()
                        .setFused(text.fused())
                        .setTokens(run(text.ids()))
                        .build();
            case FusedPrompt.Segment.Medium(EncodedMedium medium) ->
                PromptSegment.newBuilder().setFused(true).setMedia(run(medium)).build();
        };
    }

    private static TokenRun run(TokenIds ids) {
        return TokenRun.newBuilder()
                .addAllTokenIds(ids.stream().boxed().toList())
                .build();
    }

    private static MediaRun run(EncodedMedium medium) {
        MediaRun.Builder run = MediaRun.newBuilder().setSha256(medium.sha256()).setTokenCount(medium.tokenCount());
        return switch (medium.acceptance()) {
            case Acceptance.Image image ->
                run.setImage(ImageGrid.newBuilder()
                                .setMergedRows(image.mergedRows())
                                .setMergedColumns(image.mergedColumns()))
                        .build();
            case Acceptance.Audio _ ->
                run.setAudio(AudioSpan.getDefaultInstance()).build();
        };
    }

    private static double orElse(@Nullable Double value, double other) {
        return value == null ? other : value;
    }

    private static int orElse(@Nullable Integer value, int other) {
        return value == null ? other : value;
    }
}
