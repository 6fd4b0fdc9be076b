package ai.autoglm.tensorrt.gpu;

/// A call of CUDA or TensorRT failed. What the GPU holds cannot be trusted any more, unless it only ran out of memory.
public final class GpuException extends RuntimeException {
    private final boolean outOfMemory;

    private GpuException(String message, boolean outOfMemory) {
        super(message);
        this.outOfMemory = outOfMemory;
    }

    /// @param call as in the library's documentation
    public static GpuException failed(String call, String reason) {
        return new GpuException(call + " failed: " + reason, false);
    }

    public static GpuException outOfMemory(String call, long bytes) {
        return new GpuException(call + " of " + bytes + " bytes failed: the GPU has no more memory", true);
    }

    public boolean isOutOfMemory() {
        return outOfMemory;
    }
}
