package ai.autoglm.toolkit.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// Runs model parts on CPUs with ONNX Runtime.
public final class OnnxRuntimeEngine implements Engine {
    private final OrtEnvironment environment = OnnxRuntimeEnvironment.shared();
    private final OnnxRuntimeSettings settings;

    public OnnxRuntimeEngine(OnnxRuntimeSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public ModelSession open(ModelPart part) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.addConfigEntry("session.intra_op.allow_spinning", settings.spinning() ? "1" : "0");
            return new OnnxRuntimeSession(
                    environment, environment.createSession(part.model().toString(), options));
        } catch (OrtException e) {
            throw new EngineException("ONNX Runtime cannot load " + part.model(), e);
        }
    }

    /// Nothing to free: ONNX Runtime has one environment for the life of the process.
    @Override
    public void close() {}
}
