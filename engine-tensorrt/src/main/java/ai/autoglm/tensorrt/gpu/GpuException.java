package ai.autoglm.tensorrt.gpu;

/// A call of CUDA or TensorRT failed.
public final class GpuException extends RuntimeException {
    private final boolean fatal;

    private GpuException(String message, boolean fatal) {
        super(message);
        this.fatal = fatal;
    }

    /// What the GPU holds cannot be trusted any more.
    ///
    /// @param call as in the library's documentation
    public static GpuException failed(String call, String reason) {
        return new GpuException(call + " failed: " + reason, true);
    }

    /// The call was not carried out, and everything is as before.
    public static GpuException refused(String call, String reason) {
        return new GpuException(call + " was refused: " + reason, false);
    }

    public static GpuException outOfMemory(String call, long bytes) {
        return new GpuException(call + " of " + bytes + " bytes failed: the GPU has no more memory", false);
    }

    /// Whether the process has to end.
    public boolean isFatal() {
        return fatal;
    }
}
