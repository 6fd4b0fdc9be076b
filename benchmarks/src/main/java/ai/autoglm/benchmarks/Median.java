package ai.autoglm.benchmarks;

import java.util.Arrays;

/// Minimum, median and maximum of a few measurements.
record Median(double min, double median, double max) {
    static Median of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Median(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    String format(String unit) {
        return String.format("%.1f %s (%.1f to %.1f)", median, unit, min, max);
    }
}
