package ai.autoglm.gateway.text;

import ai.autoglm.gateway.openai.Usage;

/// Collects an answer into one body by the contract of one front end. Not thread-safe.
public interface BodyAssembler {
    void accept(int choice, CompletionEvent event);

    /// The body, after the last event of every choice.
    Body finish(Usage usage);

    /// A response body with its type.
    record Body(String contentType, String text) {
        public static Body json(String json) {
            return new Body("application/json", json);
        }
    }
}
