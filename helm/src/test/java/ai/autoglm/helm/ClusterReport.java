package ai.autoglm.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What was tried on a cluster and what came of it, as Markdown; written anew after each step, so that a run that ends
/// early leaves what it saw.
final class ClusterReport {
    private static final int LONGEST = 400;

    private final Path file;
    private final String version;
    private final List<Step> steps = new ArrayList<>();

    /// @param seen what happened, or why it failed
    record Step(String name, boolean passed, Duration duration, String seen) {}

    ClusterReport(Path file, String version) {
        this.file = file;
        this.version = version;
    }

    void add(Step step) {
        steps.add(step);
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, markdown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# The chart on a control plane\n\n")
                .append("Kubernetes ")
                .append(version)
                .append(", nodes and pods simulated; scheduling, rolling updates, budgets and garbage collection are")
                .append(" Kubernetes' own.\n\n| step | result | s | seen |\n|---|---|---|---|\n");
        for (Step step : steps) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.0f | %s |%n",
                    step.name(),
                    step.passed() ? "passed" : "FAILED",
                    step.duration().toMillis() / 1000.0,
                    brief(step.seen()).replace("|", "\\|")));
        }
        long failed = steps.stream().filter(step -> !step.passed()).count();
        return text.append('\n')
                .append(steps.size() - failed)
                .append(" passed, ")
                .append(failed)
                .append(" failed\n")
                .toString();
    }

    /// One line, and not the whole of an object that an assertion prints.
    private static String brief(String seen) {
        String line = seen.strip().replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + " …";
    }
}
