package ai.autoglm.gateway;

import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent;

/// The client's end of a request. Methods return when the client has taken what they write, and throw
/// [ServingException] CLIENT_CLOSED_REQUEST when it does not. Called by one thread, in the order below.
public interface CompletionSink {
    /// Every backend has accepted the request: an answer will come.
    void open(CompletionIdentity identity, StreamOptions options, Usage usage);

    /// The first token has come.
    void start(Usage usage);

    /// @param usage so far
    void write(CompletionEvent event, Usage usage);
}
