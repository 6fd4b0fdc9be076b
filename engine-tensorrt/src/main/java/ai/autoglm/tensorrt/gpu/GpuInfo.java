package ai.autoglm.tensorrt.gpu;

/// What kind of GPU this is.
///
/// @param name as its driver says, such as "NVIDIA GeForce RTX 4090"
/// @param computeMajor of its compute capability: 8 of 8.9
/// @param driverVersion of CUDA that the driver supports, as CUDA counts: 13030 is 13.3
/// @param totalBytes of its memory
public record GpuInfo(String name, int computeMajor, int computeMinor, int driverVersion, long totalBytes) {
    /// As in file names of builder resources: "sm89".
    public String architecture() {
        return "sm" + computeMajor + computeMinor;
    }
}
