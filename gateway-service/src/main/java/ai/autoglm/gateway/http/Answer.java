package ai.autoglm.gateway.http;

import ai.autoglm.toolkit.error.ServingException;

/// The client's end of a request that is worked on.
public interface Answer {
    /// Tells the client, if there still is one, that there will be no answer, or no more of it. Never
    /// throws.
    void fail(ServingException failure);

    /// As the log tells it: the client's leaving is 499.
    int status();
}
