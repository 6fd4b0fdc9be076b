package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An opened bundle directory. Each process opens only the parts that it runs.
public record Bundle(Path directory, BundleManifest manifest) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /// Opens a compiled bundle.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_BUNDLE] when it is no bundle of this format version
    public static Bundle open(Path directory) {
        Path file = directory.resolve("bundle.json");
        if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, directory + " cannot be read by the user of this process.");
        }
        if (!Files.isRegularFile(file)) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, directory + " is no model bundle: it has no bundle.json.");
        }
        BundleManifest manifest;
        try {
            manifest = JSON.readValue(file.toFile(), BundleManifest.class);
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, file + " cannot be read: compile the bundle again.", e);
        }
        if (manifest.formatVersion() != BundleManifest.FORMAT_VERSION) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE,
                    directory + " has bundle format " + manifest.formatVersion() + ", this release reads "
                            + BundleManifest.FORMAT_VERSION + ": compile the bundle again.");
        }
        return new Bundle(directory, manifest);
    }

    /// Writes `bundle.json` into `directory`.
    public static void write(BundleManifest manifest, Path directory) throws IOException {
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve("bundle.json").toFile(), manifest);
    }

    public Path visionEncoder() {
        return directory.resolve("vision-encoder.onnx");
    }

    public Path audioEncoder() {
        return directory.resolve("audio-encoder.onnx");
    }

    public Path fusion() {
        return directory.resolve("fusion.onnx");
    }

    public Path decoder() {
        return directory.resolve("decoder.onnx");
    }

    /// The embedding table [vocabularySize, hiddenSize] in the bundle's row type, row-major, nothing else.
    public Path embedTokens() {
        return directory.resolve("embed-tokens.bin");
    }

    public Path tokenizer() {
        return directory.resolve("tokenizer.json");
    }

    /// Absent in a bundle whose checkpoint has no chat template.
    public Path chatTemplate() {
        return directory.resolve("chat_template.jinja");
    }
}
