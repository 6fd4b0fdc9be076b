package ai.autoglm.gateway.sse;

import ai.autoglm.gateway.error.ErrorBody;

/// Events that do not depend on the answer. Lines end in LF alone, since some clients split on it.
public final class SseEvents {
    /// A comment, which clients skip: shows that the connection lives.
    public static final String PING = ": ping\n\n";

    /// The last event of every stream, after which the body is closed at once.
    public static final String DONE = "data: [DONE]\n\n";

    private SseEvents() {}

    /// @param json on one line
    public static String data(String json) {
        return "data: " + json + "\n\n";
    }

    /// An event with a name, for contracts that give them names.
    ///
    /// @param json on one line
    public static String event(String name, String json) {
        return "event: " + name + "\n" + data(json);
    }

    /// The end of a stream that failed half-way: the error, then [#DONE]. Without the event's name one client would
    /// take the part it has for a success.
    public static String failure(ErrorBody body) {
        return event("error", body.json()) + DONE;
    }
}
