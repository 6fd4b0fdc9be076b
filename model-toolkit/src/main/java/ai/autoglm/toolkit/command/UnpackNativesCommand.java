package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Unpacks native libraries once, while an image is built: with the system properties
/// `onnxruntime.native.path` and `jna.boot.library.path` set to the folder, a process needs no place to
/// write libraries to. The tokenizer's has a cache of its own, ENGINE_CACHE_DIR.
@Command(
        name = "unpack-natives",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Unpacks the native libraries of ONNX Runtime and JNA into a folder.")
final class UnpackNativesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "<folder>", description = "Where the libraries go.")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        String engine = "/ai/onnxruntime/native/" + (arm ? "linux-aarch64" : "linux-x64");
        Files.createDirectories(folder);
        for (String library : List.of(
                engine + "/libonnxruntime.so",
                engine + "/libonnxruntime4j_jni.so",
                "/com/sun/jna/" + (arm ? "linux-aarch64" : "linux-x86-64") + "/libjnidispatch.so")) {
            unpack(library);
        }
        return 0;
    }

    private void unpack(String library) throws IOException {
        try (InputStream packed = UnpackNativesCommand.class.getResourceAsStream(library)) {
            if (packed == null) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "There is no " + library + " in the libraries of this release.");
            }
            Path file = folder.resolve(library.substring(library.lastIndexOf('/') + 1));
            Files.copy(packed, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
