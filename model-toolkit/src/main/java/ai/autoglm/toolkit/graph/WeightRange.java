package ai.autoglm.toolkit.graph;

import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// Refuses weights that an element type cannot hold: one such weight would make every answer NaN.
final class WeightRange {
    private static final float LARGEST_FLOAT16 = 65504;

    private WeightRange() {}

    /// @throws ServingException with INVALID_CHECKPOINT when a value is not finite, or would not be as `type`
    static void require(String name, float[] values, int count, ElementType type) {
        float limit = type == ElementType.FLOAT16 ? LARGEST_FLOAT16 : Float.MAX_VALUE;
        for (int index = 0; index < count; index++) {
            // Also false for what is no number.
            if (!(Math.abs(values[index]) <= limit)) {
                throw refusal(name, values[index]);
            }
        }
    }

    private static ServingException refusal(String name, float value) {
        return new ServingException(
                ErrorCode.INVALID_CHECKPOINT,
                Float.isFinite(value)
                        ? "Tensor " + name + " holds " + value
                                + ", which is beyond fp16: compile with --precision bf16."
                        : "Tensor " + name + " holds a value that is not finite: the checkpoint is damaged.");
    }
}
