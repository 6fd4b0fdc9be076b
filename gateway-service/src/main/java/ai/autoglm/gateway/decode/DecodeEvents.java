package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.decode.DecodeEvent.EndReason;
import ai.autoglm.gateway.text.GeneratedToken;
import ai.autoglm.gateway.text.PromptScore;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerationFinished;
import ai.autoglm.proto.v1.PromptLogprobs;
import ai.autoglm.proto.v1.TokenLogprob;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;

/// A decoder's messages as events.
final class DecodeEvents {
    private DecodeEvents() {}

    /// @throws ServingException INTERNAL when the message does not belong into a generation
    static DecodeEvent of(GenerateResponse response) {
        return switch (response.getMessageCase()) {
            case PROGRESS -> new DecodeEvent.Progress();
            case PROMPT_LOGPROBS -> scores(response.getPromptLogprobs());
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
                alternatives(token.getTopLogprobsList()));
    }

    private static DecodeEvent scores(PromptLogprobs scores) {
        return new DecodeEvent.PromptScored(
                scores.getFirstIndex(),
                scores.getTokensList().stream()
                        .map(token -> new PromptScore(
                                token.getTokenId(),
                                token.getLogprob(),
                                token.getRank(),
                                alternatives(token.getTopLogprobsList())))
                        .toList());
    }

    private static List<GeneratedToken.Alternative> alternatives(List<TokenLogprob> likeliest) {
        return likeliest.stream()
                .map(other -> new GeneratedToken.Alternative(other.getTokenId(), other.getLogprob()))
                .toList();
    }

    private static DecodeEvent finished(GenerationFinished finished) {
        return new DecodeEvent.Finished(
                finished.getReason() == FinishReason.FINISH_REASON_LENGTH ? EndReason.LENGTH : EndReason.STOP,
                finished.hasStopTokenId() ? finished.getStopTokenId() : null);
    }
}
