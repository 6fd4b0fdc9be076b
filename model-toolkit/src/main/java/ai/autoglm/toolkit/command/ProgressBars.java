package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.compile.CompileProgress;
import java.io.Console;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// A bar for each step on a terminal; a line for each step where output goes to a file.
final class ProgressBars implements CompileProgress, AutoCloseable {
    private static final long MEGABYTE = 1 << 20;
    private static final long UNKNOWN = -1;

    private final boolean terminal = onTerminal();
    private @Nullable ProgressBar bar;

    // JDK 25 is back to null where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

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
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
