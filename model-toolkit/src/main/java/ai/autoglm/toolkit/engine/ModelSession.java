package ai.autoglm.toolkit.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One loaded model part, ready to run.
///
/// How to test against it: a fake needs only [#run(Map, Map)]; it reads the inputs' memory and writes the outputs'.
public interface ModelSession extends AutoCloseable {
    /// Computes `outputs` from `inputs`, both by the names of the graph's contract and in host memory. Every output is
    /// preallocated by the caller; the same tensor may be given as an input and as an output where the graph
    /// updates it in place. Blocks until done, at most one call at a time, from a platform thread:
    /// native code pins virtual threads.
    ///
    /// @throws EngineException when the engine fails; the session stays usable
    void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs);

    /// As [#run(Map, Map)], for a graph with caches, which are updated in place.
    ///
    /// @param cache of this session
    /// @param slots of the batch's elements, in order: one slot, or what [CacheMemory#arrange] said
    default void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs, CacheMemory cache, List<Integer> slots) {
        HostCacheMemory host = (HostCacheMemory) cache;
        Map<String, Tensor> allInputs = new HashMap<>(inputs);
        Map<String, Tensor> allOutputs = new HashMap<>(outputs);
        HostCacheMemory.Views views = host.views(slots);
        allInputs.putAll(views.inputs());
        allOutputs.putAll(views.outputs());
        run(allInputs, allOutputs);
    }

    /// Allocates caches for this session's graph, filled with zeros, where the engine computes: host memory unless an
    /// engine says otherwise.
    default CacheMemory allocateCache(CacheLayout layout) {
        return new HostCacheMemory(layout);
    }

    /// Whether caches may have any number of rows. Otherwise it is that of the part's limits.
    default boolean takesAnyCacheSize() {
        return true;
    }

    @Override
    void close();
}
