package ai.autoglm.tensorrt.rules;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The graphs that this project's compiler writes for checkpoints at hand.
final class CompiledGraphs {
    private static final Path ROOT = Path.of(System.getProperty("autoglm.root"));

    private CompiledGraphs() {}

    /// Every part of the checkpoint, with the caches' rows fixed as an engine is built.
    static List<ModelProto> fixed(Path checkpoint, Precision precision, Path target) {
        Bundle bundle = new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compile(checkpoint, target);
        return Stream.of(bundle.decoder(), bundle.fusion(), bundle.visionEncoder(), bundle.audioEncoder())
                .filter(Files::exists)
                .map(CompiledGraphs::read)
                .map(model -> FixedExtents.apply(model, Map.of("S_max", 513L, "M_max", 257L)))
                .toList();
    }

    static Path checkpoint(String name) {
        return name.equals("autoglm-phone-mini")
                ? ROOT.resolve("models/autoglm-phone-mini")
                : ROOT.resolve("model-toolkit/src/test/resources/checkpoints").resolve(name);
    }

    static ModelProto read(Path model) {
        try {
            return ModelProto.parseFrom(Files.readAllBytes(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
