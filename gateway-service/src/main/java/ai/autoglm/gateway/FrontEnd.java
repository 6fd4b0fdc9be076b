package ai.autoglm.gateway;

import ai.autoglm.gateway.metrics.RequestRecord;
import ai.autoglm.toolkit.error.ServingException;
import java.util.function.Supplier;

/// What answers the requests of one route: it reads a body by its own contract and words the answer by it, and leaves
/// the work between the two to the [GenerationPipeline].
public interface FrontEnd {
    /// Answers one request, on the request's own thread.
    ///
    /// @param body waits for the request body; its bytes are not kept
    /// @param record of what the request cost
    /// @throws ServingException why there is no answer, or no more of it
    void answer(Supplier<byte[]> body, Client client, RequestRecord record);
}
