package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Arrays;
import java.util.List;

/// The weights of one model part: names are looked up behind whichever prefix this checkpoint uses, and every shape
/// is checked. Source of the prefixes: MODEL_SPEC A.4, B.6, E.1.
public final class Weights {
    private final Checkpoint checkpoint;
    private final String prefix;

    private Weights(Checkpoint checkpoint, String prefix) {
        this.checkpoint = checkpoint;
        this.prefix = prefix;
    }

    /// The weights below the first of `prefixes` under which `probe` exists.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when it exists under none
    public static Weights below(Checkpoint checkpoint, String probe, String... prefixes) {
        for (String prefix : prefixes) {
            if (checkpoint.find(prefix + probe).isPresent()) {
                return new Weights(checkpoint, prefix);
            }
        }
        throw new ServingException(
                ErrorCode.INVALID_CHECKPOINT,
                "The checkpoint has no tensor " + prefixes[0] + probe + ", which config.json calls for.");
    }

    /// The tensor of this name below the prefix, in exactly this shape.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when it is missing, has another shape or is not
    ///     stored in bf16, fp16 or fp32
    public Weight require(String name, long... shape) {
        String fullName = prefix + name;
        StoredTensor tensor = checkpoint
                .find(fullName)
                .orElseThrow(() -> new ServingException(
                        ErrorCode.INVALID_CHECKPOINT, "The checkpoint has no tensor " + fullName + "."));
        List<Long> expected = Arrays.stream(shape).boxed().toList();
        if (!tensor.shape().equals(expected)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "Tensor " + fullName + " has shape " + tensor.shape() + ", but config.json calls for " + expected
                            + ".");
        }
        return new Weight(fullName, tensor.shape(), new FloatView(type(tensor), tensor.data()));
    }

    /// Bytes of all tensors below the prefix, as stored.
    public long storedBytes() {
        return checkpoint.tensors().values().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .mapToLong(tensor -> tensor.data().byteSize())
                .sum();
    }

    private static ElementType type(StoredTensor tensor) {
        return switch (tensor.type()) {
            case "F32" -> ElementType.FLOAT32;
            case "F16" -> ElementType.FLOAT16;
            case "BF16" -> ElementType.BFLOAT16;
            default ->
                throw new ServingException(
                        ErrorCode.INVALID_CHECKPOINT,
                        "Tensor " + tensor.name() + " is stored as " + tensor.type()
                                + "; weights must be F32, F16 or BF16 (a quantised checkpoint cannot be compiled).");
        };
    }
}
