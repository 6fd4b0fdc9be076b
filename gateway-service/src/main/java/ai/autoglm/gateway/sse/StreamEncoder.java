package ai.autoglm.gateway.sse;

import ai.autoglm.gateway.error.ErrorBody;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;

/// Words a streamed answer by the contract of one front end. Each method gives the text of zero or more whole events.
/// Called by one thread at a time, but [#keepAlive] may come between any two others.
public interface StreamEncoder {
    /// What is said as soon as every backend has accepted the request.
    default String open(Usage usage) {
        return "";
    }

    /// The first token of a choice has come, though it may have no text of its own yet. Choices start in the order of
    /// their indices.
    String start(int choice, Usage usage);

    /// @param usage of all choices so far
    String encode(int choice, CompletionEvent event, Usage usage);

    /// A sign of life that clients parse, where comments do not count.
    String keepAlive(Usage usage);

    /// The end, after the last event of every choice.
    String finish(Usage usage);

    /// The end of a stream that failed half-way.
    default String failure(ErrorBody error) {
        return SseEvents.failure(error);
    }
}
