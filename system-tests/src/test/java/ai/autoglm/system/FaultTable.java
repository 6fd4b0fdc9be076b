package ai.autoglm.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What came of each fault, as a table for docs.
final class FaultTable {
    private final List<String> rows = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /// What the gateways did about a fault; a gateway that ended took its counts along.
    record Rescue(double retries, double resumes, double ejections) {
        static Rescue soFar(Fleet fleet) {
            return new Rescue(
                    fleet.gateways("autoglm_retries_total"),
                    fleet.gateways("autoglm_resumes_total"),
                    fleet.gateways("autoglm_backend_ejections_total"));
        }

        Rescue since(Rescue before) {
            return new Rescue(
                    Math.max(0, retries - before.retries),
                    Math.max(0, resumes - before.resumes),
                    Math.max(0, ejections - before.ejections));
        }
    }

    void add(Fault fault, int times, OpenLoop.Outcome outcome, Rescue rescue) {
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.0f | %.0f | %.0f |",
                fault,
                times,
                outcome.requests(),
                outcome.failed(),
                rescue.retries(),
                rescue.resumes(),
                rescue.ejections()));
        for (Map.Entry<String, Integer> failure : outcome.failures().entrySet()) {
            failures.add("* " + fault + ": " + failure.getValue() + " × " + failure.getKey());
        }
    }

    void write(Path file, double capacity, double rate) {
        String text = """
                Capacity %.1f requests a second, load %.1f a second.

                | fault | times | requests | failed | retries | resumes | ejections |
                |---|--:|--:|--:|--:|--:|--:|
                %s

                %s
                """.formatted(capacity, rate, String.join("\n", rows), String.join("\n", failures));
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
