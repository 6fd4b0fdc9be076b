package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.sampling.SampledToken;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.FinishReason;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GeneratedToken;
import ai.autoglm.proto.v1.GenerationAccepted;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.proto.v1.GenerationMoved;
import ai.autoglm.proto.v1.GenerationProgress;
import ai.autoglm.proto.v1.TokenLogprob;
import java.time.Duration;

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
        token.topLogprobs()
                .forEach(top -> message.addTopLogprobs(
                        TokenLogprob.newBuilder().setTokenId(top.tokenId()).setLogprob(top.logprob())));
        return message.build();
    }

    private static GenerationFinished finished(DecodeEvent.Finished finished) {
        GenerationFinished.Builder message = GenerationFinished.newBuilder()
                .setReason(reason(finished.reason()))
                .setPromptTokenCount(finished.promptTokenCount())
                .setCompletionTokenCount(finished.completionTokenCount())
                .setCachedTokenCount(finished.cachedTokenCount());
        if (finished.stopTokenId() != null) {
            message.setStopTokenId(finished.stopTokenId());
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
