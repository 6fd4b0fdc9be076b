package ai.autoglm.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The chart of this repository, rendered and linted by Helm's own library.
final class Chart {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Path DIRECTORY = ROOT.resolve("helm/autoglm");
    static final FakeApiServer CLUSTER = FakeApiServer.start();
    static final String RELEASE = "phone";
    static final String NAMESPACE = "phones";

    static final String KUBERNETES = "1.34.0";
    /// The library leaves hooks out of what it renders, so it gets a copy in which the hooks are ordinary objects.
    private static final Path WITHOUT_HOOKS = copy(ROOT.resolve("helm/target/without-hooks/autoglm"), "helm.sh/hook");
    /// A copy that renders Helm's notes as an object, which the library would leave out too.
    private static final Path WITH_NOTES = withNotes(ROOT.resolve("helm/target/with-notes/autoglm"));

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Map<Path, List<Manifest>> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    /// The values files that the chart has to take: those of CI, and the profiles with a registry.
    static List<Path> valuesFiles() {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
            return files.filter(file -> file.toString().endsWith("-values.yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the chart makes of a values file, rendered once.
    static List<Manifest> rendered(Path valuesFile) {
        return RENDERED.computeIfAbsent(valuesFile, file -> parse(render(file, Map.of())));
    }

    /// What the chart makes of a file below `ci/` with some values changed, as `--set` does.
    static List<Manifest> rendered(String valuesFile, Map<String, Object> changes) {
        return parse(render(DIRECTORY.resolve("ci").resolve(valuesFile), changes));
    }

    /// @throws IllegalStateException with what Helm says when the chart refuses the values
    static String render(Path valuesFile, Map<String, Object> changes) {
        return render(KUBERNETES, valuesFile, changes);
    }

    static String render(String kubernetes, Path valuesFile, Map<String, Object> changes) {
        return render(WITHOUT_HOOKS, kubernetes, valuesFile, changes);
    }

    /// What Helm says after an installation with a file below `ci/`.
    static String notes(String valuesFile, Map<String, Object> changes) {
        Path file = DIRECTORY.resolve("ci").resolve(valuesFile);
        return parse(render(WITH_NOTES, KUBERNETES, file, changes)).stream()
                .filter(manifest -> manifest.name().equals("notes"))
                .map(manifest -> manifest.json().at("/data/notes").asText())
                .findFirst()
                .orElseThrow();
    }

    private static String render(Path chart, String kubernetes, Path valuesFile, Map<String, Object> changes) {
        TemplateCommand command = new Helm(chart)
                .template()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeVersion(kubernetes)
                .withValuesFile(valuesFile);
        changes.forEach(command::set);
        return command.call();
    }

    /// `helm lint --strict --values`: the library lints with a chart's own values only, so a copy of the chart gets
    /// them.
    static LintResult lint(Path valuesFile, Path scratch) throws IOException {
        Path copy = copy(scratch.resolve("autoglm"), "");
        ObjectNode values = (ObjectNode) yaml(DIRECTORY.resolve("values.yaml"));
        overlay(values, yaml(valuesFile));
        YAML.writeValue(copy.resolve("values.yaml").toFile(), values);
        return new Helm(copy).lint().strict().call();
    }

    /// The chart in another place, in its templates without the lines that hold a text (unless that is empty).
    static Path copy(Path target, String without) {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copied = target.resolve(DIRECTORY.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else if (!without.isEmpty() && file.toString().contains("/templates/")) {
                    Files.write(
                            copied,
                            Files.readAllLines(file).stream()
                                    .filter(line -> !line.contains(without))
                                    .toList());
                } else {
                    Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path withNotes(Path target) {
        try {
            Path chart = copy(target, "");
            Files.move(
                    chart.resolve("templates/NOTES.txt"),
                    chart.resolve("files/NOTES.txt"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(chart.resolve("templates/notes.yaml"), """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata:
                      name: notes
                    data:
                      notes: {{ tpl (.Files.Get "files/NOTES.txt") . | quote }}
                    """);
            return chart;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(Path file) {
        try {
            return new JsonMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Manifest> parse(String documents) {
        List<Manifest> manifests = new ArrayList<>();
        try (MappingIterator<JsonNode> iterator = YAML.readerFor(JsonNode.class).readValues(documents)) {
            while (iterator.hasNextValue()) {
                JsonNode document = iterator.nextValue();
                if (document.isObject()) {
                    manifests.add(new Manifest(document));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the chart rendered something that is no YAML:\n" + documents, e);
        }
        return manifests;
    }

    private static void overlay(ObjectNode values, JsonNode changes) {
        changes.properties().forEach(change -> {
            JsonNode before = values.path(change.getKey());
            if (before.isObject() && change.getValue().isObject()) {
                overlay((ObjectNode) before, change.getValue());
            } else {
                values.set(change.getKey(), change.getValue());
            }
        });
    }
}
