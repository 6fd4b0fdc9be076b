package ai.autoglm.decoder.model;

import ai.autoglm.toolkit.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a run computed: fp32 [row, vocabulary]. Valid until the model's next run.
public record Logits(Tensor tensor) {
    /// Copies a row to `target` [vocabulary].
    public void copyRow(int row, float[] target) {
        long offset = (long) row * target.length * Float.BYTES;
        MemorySegment.copy(tensor.data(), ValueLayout.JAVA_FLOAT, offset, target, 0, target.length);
    }
}
