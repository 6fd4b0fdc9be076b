package ai.autoglm.tensorrt.testing;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.gpu.GpuGraph;
import ai.autoglm.tensorrt.gpu.GpuStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Work that is done late.
final class FakeStream implements GpuStream {
    private final FakeGpu gpu;
    private final List<Work> work = new ArrayList<>();
    private @Nullable List<Work> capture;

    /// Something to do, and the first and last address of each memory that it touches.
    private record Work(Runnable action, List<Range> memories) {
        boolean touches(Range range) {
            return memories.stream().anyMatch(range::overlaps);
        }
    }

    record Range(long first, long end) {
        static Range of(DeviceMemory memory) {
            return new Range(memory.address(), memory.address() + memory.byteSize());
        }

        static Range of(MemorySegment memory) {
            return new Range(memory.address(), memory.address() + memory.byteSize());
        }

        boolean overlaps(Range other) {
            return first < other.end && other.first < end;
        }
    }

    private record CapturedWork(List<Work> work) implements GpuGraph {}

    FakeStream(FakeGpu gpu) {
        this.gpu = gpu;
    }

    void add(String call, Runnable action, Range... memories) {
        gpu.check(call);
        List<Work> captured = capture;
        (captured == null ? work : captured).add(new Work(action, List.of(memories)));
    }

    void requireUnused(String call, Range memory) {
        if (work.stream().anyMatch(one -> one.touches(memory))) {
            throw new IllegalStateException(call + " while work is under way that uses the memory");
        }
    }

    @Override
    public void copyToDevice(DeviceMemory target, MemorySegment source) {
        gpu.requirePinned(source);
        add("cudaMemcpyAsync", () -> gpu.content(target).copyFrom(source), Range.of(target), Range.of(source));
    }

    @Override
    public void copyToHost(MemorySegment target, DeviceMemory source) {
        gpu.requirePinned(target);
        add("cudaMemcpyAsync", () -> target.copyFrom(gpu.content(source)), Range.of(target), Range.of(source));
    }

    @Override
    public void copyRows(
            DeviceMemory target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows) {
        add(
                "cudaMemcpy2DAsync",
                () -> copy(gpu.content(target), targetPitch, gpu.content(source), sourcePitch, width, rows),
                Range.of(target),
                Range.of(source));
    }

    @Override
    public void copyRowsToHost(
            MemorySegment target, long targetPitch, DeviceMemory source, long sourcePitch, long width, long rows) {
        gpu.requirePinned(target);
        add(
                "cudaMemcpy2DAsync",
                () -> copy(target, targetPitch, gpu.content(source), sourcePitch, width, rows),
                Range.of(target),
                Range.of(source));
    }

    @Override
    public void copyRowsToDevice(
            DeviceMemory target, long targetPitch, MemorySegment source, long sourcePitch, long width, long rows) {
        gpu.requirePinned(source);
        add(
                "cudaMemcpy2DAsync",
                () -> copy(gpu.content(target), targetPitch, source, sourcePitch, width, rows),
                Range.of(target),
                Range.of(source));
    }

    private static void copy(
            MemorySegment target, long targetPitch, MemorySegment source, long sourcePitch, long width, long rows) {
        if (width > targetPitch || width > sourcePitch) {
            throw new IllegalArgumentException("Rows of " + width + " bytes overlap");
        }
        for (long row = 0; row < rows; row++) {
            MemorySegment.copy(source, row * sourcePitch, target, row * targetPitch, width);
        }
    }

    @Override
    public void fillWithZeros(DeviceMemory memory) {
        add("cudaMemsetAsync", () -> gpu.content(memory).fill((byte) 0), Range.of(memory));
    }

    @Override
    public void waitFor(GpuStream other) {
        FakeStream stream = (FakeStream) other;
        int position = stream.work.size();
        add("cudaStreamWaitEvent", () -> stream.doWork(position));
    }

    @Override
    public void synchronize() {
        gpu.check("cudaStreamSynchronize");
        if (capture != null) {
            throw GpuException.failed("cudaStreamSynchronize", "cudaErrorStreamCaptureUnsupported");
        }
        doWork(work.size());
    }

    /// Does the first of what is left; after a failure nothing is left.
    private void doWork(int count) {
        for (int index = 0; index < count && !work.isEmpty(); index++) {
            try {
                work.removeFirst().action().run();
            } catch (RuntimeException e) {
                work.clear();
                throw e;
            }
        }
    }

    @Override
    public void beginCapture() {
        gpu.check("cudaStreamBeginCapture");
        capture = new ArrayList<>();
    }

    @Override
    public GpuGraph endCapture() {
        List<Work> captured = capture;
        capture = null;
        gpu.check("cudaStreamEndCapture");
        if (captured == null) {
            throw GpuException.failed("cudaStreamEndCapture", "cudaErrorIllegalState");
        }
        return new CapturedWork(List.copyOf(captured));
    }

    @Override
    public void launch(GpuGraph graph) {
        gpu.check("cudaGraphLaunch");
        work.addAll(((CapturedWork) graph).work());
        gpu.launched();
    }
}
