package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.toolkit.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Asks the driver itself, before any library of TensorRT's is loaded, whether there is a GPU to use. Source: cuda.h.
public final class GpuDriver {
    /// CUDA 13.0, which is what drivers of release R580 are the first to have.
    private static final int OLDEST_VERSION = 13_000;

    private static final int NAME_BYTES = 256;

    /// CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and its MINOR.
    private static final int COMPUTE_MAJOR = 75;

    private static final int COMPUTE_MINOR = 76;

    private final int version;
    private final List<String> names;
    private final String architecture;

    /// A driver that has answered this.
    ///
    /// @param version as CUDA counts
    /// @param architecture of the first GPU
    public GpuDriver(int version, List<String> names, String architecture) {
        this.version = version;
        this.names = List.copyOf(names);
        this.architecture = architecture;
    }

    /// @throws EngineException with one sentence when no driver answers
    public static GpuDriver open() {
        SymbolLookup library;
        try {
            // Kept for good: a driver is not meant to be unloaded.
            library = SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
        } catch (IllegalArgumentException e) {
            throw new EngineException("There is no NVIDIA driver on this machine (libcuda.so.1 is missing).", e);
        }
        try (Arena arena = Arena.ofConfined()) {
            call(library, "cuInit", ValueLayout.JAVA_INT, 0);
            int version = integer(library, "cuDriverGetVersion", arena);
            int count = integer(library, "cuDeviceGetCount", arena);
            List<String> names = new ArrayList<>();
            for (int device = 0; device < count; device++) {
                names.add(name(library, device, arena));
            }
            if (names.isEmpty()) {
                throw new EngineException("The NVIDIA driver shows no GPU.");
            }
            return new GpuDriver(version, names, architecture(library, arena));
        }
    }

    private static int integer(SymbolLookup library, String name, Arena arena) {
        MemorySegment result = arena.allocate(ValueLayout.JAVA_INT);
        call(library, name, ValueLayout.ADDRESS, result);
        return result.get(ValueLayout.JAVA_INT, 0);
    }

    private static String name(SymbolLookup library, int device, Arena arena) {
        MemorySegment text = arena.allocate(NAME_BYTES);
        call(library, "cuDeviceGetName", text, NAME_BYTES, device);
        return text.getString(0);
    }

    private static String architecture(SymbolLookup library, Arena arena) {
        MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
        call(library, "cuDeviceGetAttribute", value, COMPUTE_MAJOR, 0);
        int major = value.get(ValueLayout.JAVA_INT, 0);
        call(library, "cuDeviceGetAttribute", value, COMPUTE_MINOR, 0);
        return "sm" + major + value.get(ValueLayout.JAVA_INT, 0);
    }

    private static void call(SymbolLookup library, String name, MemorySegment result, int first, int second) {
        try {
            check(name, (int) Linker.nativeLinker()
                    .downcallHandle(
                            library.findOrThrow(name),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT))
                    .invokeExact(result, first, second));
        } catch (EngineException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(SymbolLookup library, String name, ValueLayout type, Object argument) {
        try {
            check(name, (int) Linker.nativeLinker()
                    .downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, type))
                    .invoke(argument));
        } catch (EngineException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(String call, int status) {
        if (status != 0) {
            throw new EngineException(
                    "The NVIDIA driver does not answer: " + call + " failed with error " + status + ".");
        }
    }

    /// Names of the GPUs that this process may use.
    public List<String> names() {
        return names;
    }

    /// Of the first GPU, as in file names of builder resources: "sm89".
    public String architecture() {
        return architecture;
    }

    /// @throws EngineException when the driver is older than R580
    public void requireRecent() {
        if (version < OLDEST_VERSION) {
            throw new EngineException("The NVIDIA driver knows CUDA up to " + version / 1000 + "." + version % 1000 / 10
                    + ", but TensorRT needs 13.0: install a driver of release R580 or newer.");
        }
    }
}
