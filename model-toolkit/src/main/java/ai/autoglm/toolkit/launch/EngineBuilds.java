package ai.autoglm.toolkit.launch;

import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Builds the engines that services on cards need, each in a process of its own: TensorRT's builder frees nothing.
public final class EngineBuilds {
    private EngineBuilds() {}

    /// Builds what is not there yet, with its progress on this terminal.
    ///
    /// @param card as CUDA_VISIBLE_DEVICES of the process that builds
    /// @param settings further options of `autoglm build-engine`
    /// @throws ServingException INVALID_CONFIGURATION when one cannot be built
    public static void run(Path bundle, List<ModelPart.Kind> parts, String card, List<String> settings)
            throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dautoglm.home=" + System.getProperty("autoglm.home", ""),
                "-cp",
                System.getProperty("java.class.path"),
                "ai.autoglm.toolkit.command.Autoglm",
                "build-engine",
                bundle.toString()));
        parts.forEach(part -> command.addAll(List.of("--part", part.toString())));
        command.addAll(settings);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("CUDA_VISIBLE_DEVICES", card);
        try {
            int status = waitFor(builder.start());
            if (status != 0) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "The engines of " + parts + " were not built (status " + status
                                + "): --engine onnxruntime runs without.");
            }
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "Engines cannot be built: " + e.getMessage(), e);
        }
    }

    /// The process ends with this one, however that is told to end.
    static int waitFor(Process process) throws InterruptedException {
        Thread end = new Thread(process::destroyForcibly, "end-build");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw e;
        } finally {
            remove(end);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is at work: this process ends.
        }
    }
}
