package ai.autoglm.tensorrt.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/// A report in Markdown that is complete whatever fails: each step says what it found, or how it failed.
final class FirstHourReport {
    private final PrintWriter out;
    private int failures;

    /// One thing to find out.
    @FunctionalInterface
    interface Step {
        /// @return lines of Markdown
        List<String> run() throws Exception;
    }

    FirstHourReport(PrintWriter out) {
        this.out = out;
    }

    void step(String title, Step step) {
        out.println("\n## " + title + "\n");
        long start = System.nanoTime();
        try {
            step.run().forEach(out::println);
        } catch (Exception | LinkageError e) {
            failures++;
            out.println("**FAILED**: " + e);
        }
        out.printf("%n_%.1f s_%n", Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0);
        out.flush();
    }

    /// Counts something that a step has found wrong, beside what it says.
    void failed() {
        failures++;
    }

    int failures() {
        return failures;
    }
}
