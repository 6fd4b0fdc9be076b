package ai.autoglm.gateway.error;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// The error of a prompt that the context cannot hold, in the words by which clients recognise it. Source: API 3.
public final class ContextLength {
    private ContextLength() {}

    /// @param completionTokens as asked for, or 1 where the request leaves it open
    public static ServingException exceeded(int maxModelLength, int promptTokens, int completionTokens) {
        return new ServingException(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        ("This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the"
                                        + " messages, %d in the completion); the input exceeds the context window.")
                                .formatted(
                                        maxModelLength,
                                        (long) promptTokens + completionTokens,
                                        promptTokens,
                                        completionTokens))
                .withParam("messages");
    }

    /// The error of a prompt that was not read to its end.
    ///
    /// @param promptTokens that it has more than
    public static ServingException exceededByFar(int maxModelLength, int promptTokens) {
        return new ServingException(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        ("This model's maximum context length is %d tokens. However, you requested more than %d tokens in"
                                        + " the messages; the input exceeds the context window.")
                                .formatted(maxModelLength, promptTokens))
                .withParam("messages");
    }
}
