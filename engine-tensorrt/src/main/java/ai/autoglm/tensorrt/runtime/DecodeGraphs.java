package ai.autoglm.tensorrt.runtime;

import ai.autoglm.tensorrt.gpu.Gpu;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuGraph;
import ai.autoglm.tensorrt.gpu.GpuStream;
import ai.autoglm.tensorrt.plan.PlanContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
    private boolean full; // the GPU has no more room for contexts

    DecodeGraphs(Gpu gpu, GpuStream stream, GraphSettings settings) {
        this.gpu = gpu;
        this.stream = stream;
        this.settings = settings;
    }

    /// Adds a run to the stream.
    ///
    /// @param newContext makes a context of its own for a captured run
    /// @param prepare gives a context the run's shapes and addresses
    /// @param shared the context for runs that are not captured
    void run(RunKey key, Supplier<PlanContext> newContext, Consumer<PlanContext> prepare, PlanContext shared) {
        Optional<GpuGraph> known = graphs.get(key);
        if (known != null && known.isPresent()) {
            stream.launch(known.get());
            return;
        }
        long before = gpu.freeBytes();
        Optional<PlanContext> own = known == null && mayCapture() ? context(newContext) : Optional.empty();
        PlanContext context = own.orElse(shared);
        prepare.accept(context);
        // This run counts, and lets TensorRT settle what it does after a change of shape.
        context.enqueue(stream);
        if (own.isPresent()) {
            contextBytes = Math.max(contextBytes, before - gpu.freeBytes());
            stream.synchronize();
            graphs.put(key, capture(key, context));
        }
    }

    private boolean mayCapture() {
        if (full || contextCount >= settings.maxCount()) {
            return false;
        }
        long freeBytes = gpu.freeBytes();
        if (freeBytes - contextBytes <= settings.reservedBytes()) {
            LOG.warn(
                    "No more decode runs are captured: {} bytes of the GPU are free, {} of them are kept, and a run takes"
                            + " up to {}",
                    freeBytes,
                    settings.reservedBytes(),
                    contextBytes);
            full = true;
        }
        return !full;
    }

    /// A context takes memory of its own: where there is none left, nothing more is captured.
    private Optional<PlanContext> context(Supplier<PlanContext> newContext) {
        try {
            PlanContext context = newContext.get();
            contextCount++;
            return Optional.of(context);
        } catch (GpuException e) {
            if (e.isFatal()) {
                throw e;
            }
            LOG.warn("No more decode runs are captured: {}", e.getMessage());
            full = true;
            return Optional.empty();
        }
    }

    private Optional<GpuGraph> capture(RunKey key, PlanContext context) {
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
