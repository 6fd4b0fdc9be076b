package ai.autoglm.gateway;

import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;

/// The client's end of a request. Methods return when the client has taken what they write, and throw
/// [ServingException] CLIENT_CLOSED_REQUEST when it does not. Called by one thread, in the order below; usage is that
/// of all choices so far.
public interface CompletionSink {
    /// Every backend has accepted the request: an answer will come.
    void open(Usage usage);

    /// The first token of a choice has come. Choices start in the order of their indices.
    void start(int choice, Usage usage);

    /// Nothing comes of a choice before its start or after [CompletionEvent.Finished].
    void write(int choice, CompletionEvent event, Usage usage);

    /// Every choice is finished.
    void finish(Usage usage);
}
