package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.decode.DecodeEvent.EndReason;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// A decoder's messages as events.
final class DecodeEvents {
    private DecodeEvents() {}

    /// @throws ServingException INTERNAL when the message does not belong into a generation
    static DecodeEvent of(GenerateResponse response) {
        return switch (response.getMessageCase()) {
            case PROGRESS -> new DecodeEvent.Progress(response.getProgress().getPrefilledTokenCount());
            case TOKEN ->
                new DecodeEvent.Token(
                        token(response.getToken()), response.getToken().getIndex());
            case FINISHED -> finished(response.getFinished());
            case ACCEPTED, MOVED, MESSAGE_NOT_SET ->
                throw new ServingException(
                        ErrorCode.INTERNAL,
                        "The decoder sent an event that does not belong here: " + response.getMessageCase() + ".");
        };
    }

    private static GeneratedToken token(ai.autoglm.proto.v1.GeneratedToken token) {
        return new GeneratedToken(
                token.getTokenId(),
                token.hasLogprob() ? (double) token.getLogprob() : null,
                token.getTopLogprobsList().stream()
                        .map(other -> new GeneratedToken.Alternative(other.getTokenId(), other.getLogprob()))
                        .toList());
    }

    private static DecodeEvent finished(GenerationFinished finished) {
        return new DecodeEvent.Finished(
                finished.getReason() == FinishReason.FINISH_REASON_LENGTH ? EndReason.LENGTH : EndReason.STOP,
                finished.hasStopTokenId() ? finished.getStopTokenId() : null);
    }
}
