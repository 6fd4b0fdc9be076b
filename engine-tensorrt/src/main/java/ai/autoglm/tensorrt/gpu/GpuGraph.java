package ai.autoglm.tensorrt.gpu;

/// Work that was captured from a stream, to be launched as a whole.
public interface GpuGraph {}
