package ai.autoglm.toolkit.engine;

import java.util.Map;

/// One loaded model part, ready to run.
///
/// How to test against it: a fake needs only [#run]; it reads the inputs' memory and writes the outputs'.
public interface ModelSession extends AutoCloseable {
    /// Computes `outputs` from `inputs`, both by the names of the graph's contract. Every output is
    /// preallocated by the caller; the same tensor may be given as an input and as an output where the graph
    /// updates it in place (KV caches). Blocks until done, at most one call at a time, from a platform thread:
    /// native code pins virtual threads.
    ///
    /// @throws EngineException when the engine fails; the session stays usable
    void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs);

    @Override
    void close();
}
