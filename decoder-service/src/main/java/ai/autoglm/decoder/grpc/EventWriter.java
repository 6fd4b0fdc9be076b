package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.FinishReason;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GeneratedToken;
import ai.autoglm.proto.v1.GenerationAccepted;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.proto.v1.GenerationMoved;
import ai.autoglm.proto.v1.GenerationProgress;
import ai.autoglm.proto.v1.PromptLogprobs;
import ai.autoglm.proto.v1.TokenLogprob;
import java.time.Duration;
import java.util.List;

/// Decode events in the form in which they travel.
final class EventWriter {
    private EventWriter() {}

    /// Throws the error of a failed sequence: it travels as the call's status.
    ///
    /// @param engineTime of the generation so far
    static GenerateResponse message(DecodeEvent event, Duration engineTime) {
        GenerateResponse.Builder message = begin(engineTime);
        return switch (event) {
            case DecodeEvent.Accepted(int queuePosition, int cachedTokenCount) ->
                message.setAccepted(GenerationAccepted.newBuilder()
                                .setQueuePosition(queuePosition)
                                .setCachedTokenCount(cachedTokenCount))
                        .build();
            case DecodeEvent.PromptScored(int firstIndex, List<PromptTokenLogprob> tokens) ->
                message.setPromptLogprobs(scores(firstIndex, tokens)).build();
            case DecodeEvent.Generated(SampledToken token, int index) ->
                message.setToken(token(token, index)).build();
            case DecodeEvent.Finished finished ->
                message.setFinished(finished(finished)).build();
            case DecodeEvent.Failed failed -> throw failed.error();
        };
    }

    static GenerateResponse progress(int prefilledTokenCount, Duration engineTime) {
        return begin(engineTime)
                .setProgress(GenerationProgress.newBuilder().setPrefilledTokenCount(prefilledTokenCount))
                .build();
    }

    static GenerateResponse moved() {
        return GenerateResponse.newBuilder()
                .setMoved(GenerationMoved.getDefaultInstance())
                .build();
    }

    private static GenerateResponse.Builder begin(Duration engineTime) {
        return GenerateResponse.newBuilder().setEngineSeconds(engineTime.toNanos() / 1e9);
    }

    private static GeneratedToken token(SampledToken token, int index) {
        GeneratedToken.Builder message =
                GeneratedToken.newBuilder().setTokenId(token.tokenId()).setIndex(index);
        if (token.logprob() != null) {
            message.setLogprob(token.logprob());
        }
        return message.addAllTopLogprobs(top(token.topLogprobs())).build();
    }

    private static PromptLogprobs scores(int firstIndex, List<PromptTokenLogprob> tokens) {
        PromptLogprobs.Builder message = PromptLogprobs.newBuilder().setFirstIndex(firstIndex);
        tokens.forEach(token -> message.addTokens(ai.autoglm.proto.v1.PromptTokenLogprob.newBuilder()
                .setTokenId(token.tokenId())
                .setLogprob(token.logprob())
                .setRank(token.rank())
                .addAllTopLogprobs(top(token.topLogprobs()))));
        return message.build();
    }

    private static List<TokenLogprob> top(List<ai.autoglm.decoder.sampling.TokenLogprob> likeliest) {
        return likeliest.stream()
                .map(token -> TokenLogprob.newBuilder()
                        .setTokenId(token.tokenId())
                        .setLogprob(token.logprob())
                        .build())
                .toList();
    }

    private static GenerationFinished finished(DecodeEvent.Finished finished) {
        GenerationFinished.Builder message = GenerationFinished.newBuilder()
                .setReason(reason(finished.reason()))
                .setPromptTokenCount(finished.promptTokenCount())
                .setCompletionTokenCount(finished.completionTokenCount())
                .setCachedTokenCount(finished.cachedTokenCount());
        if (finished.endingTokenId() != null) {
            message.setStopTokenId(finished.endingTokenId());
        }
        return message.build();
    }

    private static ai.autoglm.proto.v1.FinishReason reason(FinishReason reason) {
        return switch (reason) {
            case STOP -> ai.autoglm.proto.v1.FinishReason.FINISH_REASON_STOP;
            case LENGTH -> ai.autoglm.proto.v1.FinishReason.FINISH_REASON_LENGTH;
        };
    }
}
