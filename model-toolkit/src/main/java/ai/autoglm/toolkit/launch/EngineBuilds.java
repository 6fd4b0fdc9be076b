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
    /// @param card index or UUID
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
                bundle.toString(),
                "--gpu",
                card));
        parts.forEach(part -> command.addAll(List.of("--part", part.toString())));
        command.addAll(settings);
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
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
}
