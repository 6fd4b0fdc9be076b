package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A Grafana dashboard of the product.
record Dashboard(String name, JsonNode json) {
    /// @param panel its title
    record Query(String dashboard, String panel, String expression) {
        /// What Grafana would send when everything is selected.
        String filledIn() {
            return expression
                    .replace("$__rate_interval", "5m")
                    .replace("$namespace", ".*")
                    .replace("$model_name", ".*");
        }

        @Override
        public String toString() {
            return dashboard + ": " + panel + ": " + expression;
        }
    }

    static List<Dashboard> all() {
        try (Stream<Path> files = Files.list(Repository.ROOT.resolve("deploy/grafana"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(Dashboard::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), Json.read(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> panels() {
        return json.path("panels").valueStream().toList();
    }

    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        name, panel.path("title").asText(), target.path("expr").asText()));
            }
        }
        return queries;
    }

    /// The queries of its variables, such as `label_values(metric, label)`.
    List<String> variableQueries() {
        return json.path("templating")
                .path("list")
                .valueStream()
                .filter(variable -> variable.path("type").asText().equals("query"))
                .map(variable -> variable.path("query").path("query").asText())
                .toList();
    }
}
