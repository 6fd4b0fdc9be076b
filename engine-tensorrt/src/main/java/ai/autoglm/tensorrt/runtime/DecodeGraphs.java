package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuGraph;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.plan.PlanContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Captured decode runs. A run of a kind that has not been seen is made in a context of its own, which is then asked
/// once more while the stream captures; the next run of the kind is a single launch. Where that is too much, or
/// cannot be captured, runs go on without.
final class DecodeGraphs {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeGraphs.class);

    private final Gpu gpu;
    private final GpuStream stream;
    private final GraphSettings settings;
    private final Map<RunKey, Optional<GpuGraph>> graphs = new HashMap<>();
    private long contextBytes; // of the largest context so far
    private int contextCount;

    DecodeGraphs(Gpu gpu, GpuStream stream, GraphSettings settings) {
        this.gpu = gpu;
        this.stream = stream;
        this.settings = settings;
    }

    /// Adds a run to the stream.
    ///
    /// @param ownContext makes a context with the run's shapes and addresses
    /// @param shared the context for runs that are not captured, likewise
    void run(RunKey key, Supplier<PlanContext> ownContext, Supplier<PlanContext> shared) {
        Optional<GpuGraph> known = graphs.get(key);
        if (known != null && known.isPresent()) {
            stream.launch(known.get());
        } else if (known != null || !mayCapture()) {
            shared.get().enqueue(stream);
        } else {
            graphs.put(key, capture(key, ownContext));
        }
    }

    private boolean mayCapture() {
        return contextCount < settings.maxCount() && gpu.freeBytes() - contextBytes > settings.reservedBytes();
    }

    private Optional<GpuGraph> capture(RunKey key, Supplier<PlanContext> ownContext) {
        long before = gpu.freeBytes();
        PlanContext context = ownContext.get();
        contextCount++;
        // This run counts, and lets TensorRT settle what it does after a change of shape.
        context.enqueue(stream);
        contextBytes = Math.max(contextBytes, before - gpu.freeBytes());
        stream.synchronize();
        try {
            stream.beginCapture();
            enqueueCaptured(context);
            return Optional.of(stream.endCapture());
        } catch (GpuException e) {
            LOG.warn("Decode runs of {} are not captured: {}", key, e.getMessage());
            return Optional.empty();
        }
    }

    /// What fails while the stream captures leaves it capturing: that is ended too.
    private void enqueueCaptured(PlanContext context) {
        try {
            context.enqueue(stream);
        } catch (GpuException e) {
            try {
                stream.endCapture();
            } catch (GpuException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    int count() {
        return (int) graphs.values().stream().filter(Optional::isPresent).count();
    }
}
