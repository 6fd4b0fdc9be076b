package ai.autoglm.gateway.openai;

/// How the prompt of a chat request ends. Source: API 1.2, as vLLM does.
///
/// @param header whether the header of a new assistant message ends it
/// @param continued whether the last message, which is the assistant's, is the beginning of the answer
/// @param echoed whether that beginning is part of what the client gets
public record AnswerBeginning(boolean header, boolean continued, boolean echoed) {
    /// A new message.
    public static final AnswerBeginning NEW = new AnswerBeginning(true, false, false);

    public AnswerBeginning {
        if (header && continued) {
            throw new IllegalArgumentException("a message is either new or continued");
        }
    }
}
