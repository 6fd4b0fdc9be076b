package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.tensorrt.gpu.DeviceMemory;
import ai.autoglm.tensorrt.gpu.GpuException;
import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;

/// What all calls have in common: return codes are looked at, and addresses become pointers.
final class Cuda {
    private Cuda() {}

    /// @throws GpuException unless `status` is cudaSuccess
    static void check(String call, int status) {
        if (status != cudart.cudaSuccess) {
            throw GpuException.failed(call, describe(status));
        }
    }

    static String describe(int status) {
        return cudart.cudaGetErrorName(status).getString() + " ("
                + cudart.cudaGetErrorString(status).getString() + ")";
    }

    static Pointer pointer(DeviceMemory memory) {
        return new Address(memory.address());
    }

    static Pointer pointer(MemorySegment memory) {
        return new Address(memory.address());
    }

    /// A pointer to memory that somebody else owns.
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
