package ai.autoglm.proto.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Bounds of histogram buckets, those of vLLM, so that its dashboards and alerts fit.
/// Source: vLLM, vllm/v1/metrics/buckets.py.
public final class Buckets {
    /// Whole requests, and the phases of one.
    public static final List<Duration> REQUEST_LATENCY =
            seconds(0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680);

    public static final List<Duration> TIME_TO_FIRST_TOKEN = seconds(
            0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
            2560);

    /// One step of the engine.
    public static final List<Duration> INTER_TOKEN_LATENCY =
            seconds(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80);

    private Buckets() {}

    /// Tenths of a whole; vLLM has no such meter.
    public static double[] ratios() {
        return new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    }

    /// 1, 2, 5, 10, 20, 50, … up to the longest request.
    ///
    /// @param maxTokens longest prompt and completion together
    public static double[] tokenCounts(int maxTokens) {
        List<Double> bounds = new ArrayList<>();
        for (double decade = 1; decade <= maxTokens; decade *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                if (step * decade <= maxTokens) {
                    bounds.add(step * decade);
                }
            }
        }
        return bounds.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static List<Duration> seconds(double... bounds) {
        return Arrays.stream(bounds)
                .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1e9)))
                .toList();
    }
}
