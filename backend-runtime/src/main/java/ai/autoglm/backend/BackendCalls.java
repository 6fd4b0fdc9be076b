package ai.autoglm.backend;

import ai.autoglm.proto.v1.DescribeResponse;
import java.time.Duration;

/// The calls of a backend that has its model. Owns the model.
public interface BackendCalls {
    /// What it serves, and how it is.
    DescribeResponse describe();

    /// Says from now on that it is about to end, but goes on as before.
    void drain();

    /// Takes no new calls, lets those under way finish within `grace`, and closes the model.
    void stop(Duration grace);
}
