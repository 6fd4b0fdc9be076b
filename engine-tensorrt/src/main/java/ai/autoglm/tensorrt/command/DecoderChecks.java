package ai.autoglm.tensorrt.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What a decoder must give whatever way a prompt comes: whole, in chunks, beside others, over what others left.
final class DecoderChecks {
    private static final int PROMPT_ROWS = 60;
    private static final long SEED = 17;

    private DecoderChecks() {}

    /// @param reference another engine's decoder of the same model, where there is one
    /// @param chunkRows of a prefill run at most
    /// @return lines of a Markdown table
    static List<String> compare(DecoderProbe probe, @Nullable DecoderProbe reference, int slotCount, int chunkRows) {
        List<String> lines = new ArrayList<>(List.of("| check | largest difference / largest logit |", "|---|---|"));
        int rows = Math.min(PROMPT_ROWS, chunkRows);
        float[] whole = probe.prefill(0, SEED, 0, rows);
        if (reference != null) {
            lines.add(line("prefill against ONNX Runtime", whole, reference.prefill(0, SEED, 0, rows)));
        }
        int cut = rows / 3;
        probe.prefill(0, SEED, 0, cut);
        lines.add(line("prefill in two chunks", whole, probe.prefill(0, SEED, cut, rows)));
        if (slotCount > 1) {
            lines.add(line("another slot", whole, probe.prefill(1, SEED, 0, rows)));
            lines.add(ragged(probe, rows, slotCount));
        }
        probe.prefill(0, SEED + 1, 0, rows);
        lines.add(line("over another prompt's tail", whole(probe, rows / 2), again(probe, rows / 2)));
        probe.cache().clear(0);
        return lines;
    }

    private static float[] whole(DecoderProbe probe, int rows) {
        return probe.prefill(0, SEED, 0, rows);
    }

    private static float[] again(DecoderProbe probe, int rows) {
        probe.cache().clear(0);
        return whole(probe, rows);
    }

    /// Sequences of different lengths in one decode run, against each alone.
    private static String ragged(DecoderProbe probe, int rows, int slotCount) {
        List<Integer> slots = IntStream.range(0, Math.min(5, slotCount)).boxed().toList();
        List<Integer> lengths =
                slots.stream().map(slot -> Math.max(1, rows - 7 * slot)).toList();
        List<Long> seeds = slots.stream().map(slot -> SEED + slot).toList();
        slots.forEach(slot -> probe.prefill(slot, seeds.get(slot), 0, lengths.get(slot)));
        float[][] together = probe.decode(slots, seeds, lengths);
        double worst = 0;
        for (int slot : slots) {
            float[][] alone = probe.decode(List.of(slot), List.of(seeds.get(slot)), List.of(lengths.get(slot)));
            worst = Math.max(worst, difference(together[slot], alone[0]));
        }
        return String.format(Locale.ROOT, "| ragged batch of %d against each alone | %.2e |", slots.size(), worst);
    }

    private static String line(String check, float[] left, float[] right) {
        return String.format(Locale.ROOT, "| %s | %.2e |", check, difference(left, right));
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
