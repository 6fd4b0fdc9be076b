package ai.autoglm.toolkit.engine;

import ai.autoglm.toolkit.engine.OnnxRuntimeSettings.Arithmetic;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs model parts on CPUs with ONNX Runtime.
public final class OnnxRuntimeEngine implements Engine {
    public static final String NAME = "onnxruntime";

    private final OrtEnvironment environment = OnnxRuntimeEnvironment.shared();
    private final OnnxRuntimeSettings settings;

    public OnnxRuntimeEngine(OnnxRuntimeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Target target() {
        return Target.CPU;
    }

    @Override
    public ModelSession open(ModelPart part) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
            options.addConfigEntry("session.qdq_matmulnbits_accuracy_level", accuracyLevel());
            if (settings.arithmetic() == Arithmetic.FRUGAL) {
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
                // What a product has used goes back at once.
                options.setMemoryPatternOptimization(false);
                options.setCPUArenaAllocator(false);
            }
            return new OnnxRuntimeSession(environment, session(part.model(), options));
        } catch (OrtException | IOException e) {
            throw new EngineException("ONNX Runtime cannot load " + part.model(), e);
        }
    }

    /// What activations are rounded to beside integer weights. Source: `accuracy_level` of MatMulNBits in ONNX
    /// Runtime's ContribOperators.md.
    private String accuracyLevel() {
        return switch (settings.arithmetic()) {
            case FAST, FRUGAL -> "4"; // int8
            case AS_WRITTEN -> "1"; // fp32
        };
    }

    private OrtSession session(Path model, OrtSession.SessionOptions options) throws OrtException, IOException {
        if (settings.arithmetic() != Arithmetic.AS_WRITTEN) {
            ModelProto graph = ModelProto.parseFrom(Files.readAllBytes(model));
            if (WidenedGraph.concerns(graph)) {
                // The graph no longer says where it came from, and so where its weights are.
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        model.toAbsolutePath().resolveSibling(".").normalize().toString());
                return environment.createSession(WidenedGraph.of(graph).toByteArray(), options);
            }
        }
        return environment.createSession(model.toString(), options);
    }

    /// Nothing to free: ONNX Runtime has one environment for the life of the process.
    @Override
    public void close() {}
}
