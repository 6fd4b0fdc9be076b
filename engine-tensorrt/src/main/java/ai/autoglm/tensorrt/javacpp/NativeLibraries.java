package ai.autoglm.tensorrt.javacpp;

import ai.autoglm.toolkit.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;

/// Loads the presets' own libraries from a folder. JavaCPP's loader would insist on cuBLAS, cuDNN and NVRTC, which the
/// presets name and TensorRT 11 does not use: it is told to keep out, and what is left is loaded here, in order. The
/// dynamic linker finds the libraries of NVIDIA's that they need beside them or where the system has them.
final class NativeLibraries {
    /// System property with the folder.
    static final String FOLDER = "autoglm.tensorrt.natives";

    private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadlibraries";
    private static final String JAVACPP_LIMIT = "org.bytedeco.javacpp.maxBytes";
    private static final String JAVACPP_PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    private NativeLibraries() {}

    /// @param builder whether engines are built, too
    /// @throws EngineException with one sentence that names what is missing
    static void load(Path folder, boolean builder) {
        // Before the first class of the presets is touched.
        System.setProperty(JAVACPP_LOADS, "false");
        // JavaCPP would refuse to allocate once the process is larger than four heaps, and count mapped plans as well.
        System.setProperty(JAVACPP_LIMIT, "0");
        System.setProperty(JAVACPP_PHYSICAL_LIMIT, "0");
        load(folder, "libjnijavacpp.so");
        load(folder, "libjnicudart.so");
        load(folder, "libjninvinfer.so");
        if (builder) {
            load(folder, "libjninvonnxparser.so");
        }
    }

    /// What the builder takes kernels from: of its own for each architecture, or one that does for all, slowly.
    ///
    /// @param architecture such as "sm89"
    /// @param version of TensorRT
    /// @throws EngineException with one sentence when there is neither
    static void requireBuilderResource(String architecture, String version) {
        String own = builderResource(architecture, version);
        if (!isThere(own) && !isThere(builderResource("ptx", version))) {
            throw new EngineException("TensorRT cannot build engines for this GPU: there is no " + own + ".");
        }
    }

    private static String builderResource(String architecture, String version) {
        return "libnvinfer_builder_resource_" + architecture + ".so." + version;
    }

    private static boolean isThere(String library) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(library, arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void load(Path folder, String name) {
        Path library = folder.resolve(name).toAbsolutePath();
        if (!Files.isRegularFile(library)) {
            throw new EngineException("TensorRT's bindings are not in " + folder + ": there is no " + name
                    + "; './mvnw -Pgpu package' puts them there, and GPU images have them.");
        }
        try {
            System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
            throw new EngineException("TensorRT cannot be loaded: " + e.getMessage() + ".", e);
        }
    }
}
