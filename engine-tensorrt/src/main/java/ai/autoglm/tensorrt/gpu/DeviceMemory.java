package ai.autoglm.tensorrt.gpu;

/// A range of a GPU's memory. Never read by the processor.
///
/// @param address in the GPU's address space
public record DeviceMemory(long address, long byteSize) {
    public DeviceMemory {
        if (address == 0 || byteSize < 0) {
            throw new IllegalArgumentException("No device memory: " + byteSize + " bytes at " + address);
        }
    }

    /// The part from `offset` on.
    public DeviceMemory slice(long offset, long size) {
        if (offset < 0 || size < 0 || offset + size > byteSize) {
            throw new IndexOutOfBoundsException(
                    size + " bytes at " + offset + " are outside of " + byteSize + " bytes of device memory");
        }
        return new DeviceMemory(address + offset, size);
    }
}
