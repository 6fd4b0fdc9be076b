package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.compile.LayerMagnitude;
import ai.autoglm.toolkit.compile.QuantizationReport;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A bar for each step on a terminal; a line for each step where output goes to a file.
final class ProgressBars implements CompileProgress, AutoCloseable {
    private static final long MEGABYTE = 1 << 20;
    private static final long UNKNOWN = -1;

    private final boolean terminal = Terminal.isThere();
    private @Nullable ProgressBar bar;

    @Override
    public void begin(String step, long totalBytes) {
        close();
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName(String.format("%-15s", step))
                    .setInitialMax(totalBytes == 0 ? UNKNOWN : totalBytes)
                    .setUnit(" MB", MEGABYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .build();
        } else if (totalBytes == 0) {
            System.err.println(step);
        } else {
            System.err.printf("compiling: %s (%.1f MB)%n", step, (double) totalBytes / MEGABYTE);
        }
    }

    @Override
    public void advance(long bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    @Override
    public void quantized(QuantizationReport report) {
        close();
        System.err.println("compiling: " + report.summary());
    }

    @Override
    public void calibrated(List<LayerMagnitude> magnitudes) {
        close();
        magnitudes.stream()
                .max(Comparator.comparingDouble(LayerMagnitude::magnitude))
                .ifPresent(layer -> System.err.printf(
                        Locale.ROOT,
                        "compiling: the largest activation on the calibration text is %.1f (%s); fp16 ends at 65504%n",
                        layer.magnitude(),
                        layer.layer()));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
