package ai.autoglm.tensorrt.command;

import ai.autoglm.toolkit.bundle.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a decoder must give whatever way a prompt comes: whole, in chunks, beside others, over what others left.
final class DecoderChecks {
    private static final int PROMPT_ROWS = 60;
    private static final long SEED = 17;

    private final DecoderProbe probe;
    private final Precision precision;
    private final int slotCount;
    private final int rows;

    /// @param chunkRows of a prefill run at most
    DecoderChecks(DecoderProbe probe, Precision precision, int slotCount, int chunkRows) {
        this.probe = probe;
        this.precision = precision;
        this.slotCount = slotCount;
        rows = Math.min(PROMPT_ROWS, chunkRows);
    }

    /// @param difference largest one between logits, in relation to the largest logit
    /// @param limit beyond which something is wrong; infinite where the difference only informs
    record Check(String name, double difference, double limit) {
        boolean isGood() {
            return difference <= limit; // and a number
        }

        @Override
        public String toString() {
            String verdict = isGood() ? "ok" : "**FAILED**";
            return String.format(Locale.ROOT, "| %s | %.2e | %.0e | %s |", name, difference, limit, verdict);
        }
    }

    /// @param reference another engine's decoder of the same model in fp32, where there is one
    List<Check> compare(@Nullable DecoderProbe reference) {
        List<Check> checks = new ArrayList<>();
        float[] whole = probe.prefill(0, SEED, 0, rows);
        if (reference != null) {
            checks.add(new Check(
                    "prefill against ONNX Runtime in fp32",
                    difference(whole, reference.prefill(0, SEED, 0, rows)),
                    againstFp32()));
        }
        int cut = rows / 3;
        probe.prefill(0, SEED, 0, cut);
        checks.add(own("prefill in two chunks", whole, probe.prefill(0, SEED, cut, rows)));
        if (slotCount > 1) {
            checks.add(own("another slot", whole, probe.prefill(1, SEED, 0, rows)));
            checks.add(ragged());
        }
        probe.prefill(0, SEED + 1, 0, rows);
        checks.add(own("over another prompt's tail", start(), startOfEmptySlot()));
        probe.cache().clear(0);
        return checks;
    }

    private float[] start() {
        return probe.prefill(0, SEED, 0, rows / 2);
    }

    private float[] startOfEmptySlot() {
        probe.cache().clear(0);
        return start();
    }

    /// Sequences of different lengths in one decode run, against each alone.
    private Check ragged() {
        List<Integer> slots = IntStream.range(0, Math.min(5, slotCount)).boxed().toList();
        List<Integer> lengths =
                slots.stream().map(slot -> Math.max(1, rows - 7 * slot)).toList();
        List<Long> seeds = slots.stream().map(slot -> SEED + slot).toList();
        slots.forEach(slot -> probe.prefill(slot, seeds.get(slot), 0, lengths.get(slot)));
        float[][] together = probe.decode(slots, seeds, lengths);
        double worst = 0;
        for (int slot : slots) {
            float[][] alone = probe.decode(List.of(slot), List.of(seeds.get(slot)), List.of(lengths.get(slot)));
            // The larger one, or the one that is no number.
            worst = Math.max(worst, difference(together[slot], alone[0]));
        }
        return new Check("ragged batch of " + slots.size() + " against each alone", worst, againstItself());
    }

    private Check own(String name, float[] left, float[] right) {
        return new Check(name, difference(left, right), againstItself());
    }

    /// Kernels for other shapes add in another order: a few roundings of the type.
    private double againstItself() {
        return switch (precision) {
            case FP32, INT8, INT4 -> 1e-3;
            case FP16, INT4_FP16 -> 2e-2;
            case BF16 -> 5e-2;
        };
    }

    /// Weights of four bits are another model: what they cost is in docs/numerics.md, and here it only informs.
    private double againstFp32() {
        return switch (precision) {
            case FP32 -> 2e-3; // TensorRT multiplies fp32 in TF32 where it is faster
            case FP16 -> 2e-2;
            case BF16 -> 1e-1;
            case INT8, INT4, INT4_FP16 -> Double.POSITIVE_INFINITY;
        };
    }

    static double difference(float[] left, float[] right) {
        double largest = 0;
        double scale = 1e-9;
        for (int index = 0; index < left.length; index++) {
            largest = Math.max(largest, Math.abs(left[index] - right[index]));
            scale = Math.max(scale, Math.abs(right[index]));
            if (!Float.isFinite(left[index])) {
                return Double.NaN;
            }
        }
        return largest / scale;
    }
}
