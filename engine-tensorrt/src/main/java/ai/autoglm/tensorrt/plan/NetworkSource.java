package ai.autoglm.tensorrt.plan;

import ai.autoglm.tensorrt.rules.FixedExtents;
import ai.autoglm.tensorrt.rules.GraphRules;
import ai.autoglm.tensorrt.rules.Violation;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// A part's graph as TensorRT gets it, and the profiles that its engine is built for.
///
/// @param model with the caches' rows fixed
public record NetworkSource(ModelPart part, ModelProto model, List<Profile> profiles) {
    public NetworkSource {
        profiles = List.copyOf(profiles);
    }

    /// @throws EngineException when the graph cannot be read
    public static NetworkSource read(ModelPart part) {
        try {
            ModelProto model = FixedExtents.apply(
                    ModelProto.parseFrom(Files.readAllBytes(part.model())), Profiles.fixedExtents(part));
            return new NetworkSource(part, model, Profiles.of(part, model));
        } catch (IOException e) {
            throw new EngineException("The graph " + part.model() + " cannot be read.", e);
        }
    }

    /// Looks for what TensorRT would refuse before it is asked.
    ///
    /// @throws EngineException that names the first such thing
    public void requireSupported() {
        List<Violation> violations = GraphRules.check(model);
        if (!violations.isEmpty()) {
            throw new EngineException("TensorRT cannot build the " + part.kind() + ", for " + violations.size()
                    + " reasons, the first of which is " + violations.getFirst() + ".");
        }
    }
}
