package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the chart, the compose file and the images write for the services, against what the built services read: an
/// environment variable that nobody reads would be without effect and without a word.
class ConfigurationKeysIT {
    private static final List<String> SERVICES = ServiceKeys.SERVICES;
    private static final Map<String, Set<String>> READ = new HashMap<>();
    /// Options of a command, as its picocli annotations name them.
    private static final Pattern OPTION = Pattern.compile("\"(--[a-z0-9-]+)\"");

    private static String sources = "";

    @BeforeAll
    static void askTheServices() throws IOException {
        SERVICES.forEach(service -> READ.put(service, ServiceKeys.readBy(service)));
        StringBuilder text = new StringBuilder();
        for (String module : List.of("model-toolkit", "engine-tensorrt")) {
            try (Stream<Path> files = Files.walk(Chart.ROOT.resolve(module + "/src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> text.append(read(file)));
            }
        }
        sources = text.toString();
    }

    private static Set<String> readBy(String service) {
        return Objects.requireNonNull(READ.get(service), service);
    }

    /// Whether a service reads a variable: as one of its keys, or by its name, as the engine's installation does.
    private static boolean isRead(String service, String variable) {
        return readBy(service).stream().map(ServiceKeys::variable).anyMatch(variable::equals)
                || sources.contains("\"" + variable + "\"");
    }

    static Stream<Path> valuesFiles() {
        return Chart.valuesFiles().stream();
    }

    @Test
    void eachServiceTellsItsKeys() {
        assertThat(readBy("gateway"))
                .contains("autoglm.http.shutdown-grace", "autoglm.backends.tls.certificate", "autoglm.model.file");
        assertThat(readBy("decoder"))
                .contains("autoglm.decoder.max-num-seqs", "autoglm.decoder.tls.key", "autoglm.bundle")
                .doesNotContain("autoglm.http.port");
        assertThat(isRead("decoder", "AUTOGLM_DECODER_MAX_NUM_SEQS")).isTrue();
        assertThat(isRead("decoder", "AUTOGLM_DECODER_MAX_NUM_SEQ")).isFalse();
        assertThat(isRead("gateway", "AUTOGLM_DECODER_MAX_NUM_SEQS")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void aServiceReadsWhatTheChartWritesForIt(Path valuesFile) {
        List<String> unread = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        for (Manifest workload : Chart.rendered(valuesFile)) {
            String component = workload.json()
                    .at("/metadata/labels/app.kubernetes.io~1component")
                    .asText();
            for (JsonNode container : workload.containers()) {
                boolean serves = SERVICES.contains(container.path("name").asText());
                for (JsonNode variable : container.path("env")) {
                    String name = variable.path("name").asText();
                    seen.add(name);
                    if (serves ? !isRead(component, name) : !sources.contains(name)) {
                        unread.add(component + "/" + container.path("name").asText() + " " + name);
                    }
                }
            }
        }

        assertThat(seen).contains("AUTOGLM_BACKENDS_DECODER", "AUTOGLM_DECODER_SHUTDOWN_GRACE");
        assertThat(unread).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void aCommandHasTheOptionsThatTheChartGivesIt(Path valuesFile) {
        Set<String> known =
                OPTION.matcher(sources).results().map(option -> option.group(1)).collect(Collectors.toSet());

        assertThat(Chart.rendered(valuesFile))
                .allSatisfy(workload -> workload.containers()
                        .forEach(container -> assertThat(container.path("args"))
                                .extracting(argument -> argument.asText().replaceAll("=.*", ""))
                                .filteredOn(argument -> argument.startsWith("--"))
                                .as("%s", workload)
                                .isSubsetOf(known)));
    }

    @Test
    void aServiceReadsWhatTheComposeFileWritesForIt() {
        JsonNode compose = Chart.yaml(Chart.ROOT.resolve("deploy/compose/compose.yaml"));

        for (String service : SERVICES) {
            List<String> written = Stream.of(compose.at("/x-service"), compose.at("/services/" + service))
                    .flatMap(part -> part.path("environment").propertyStream())
                    .map(Map.Entry::getKey)
                    .filter(variable -> !variable.equals("<<"))
                    .toList();
            assertThat(written).as(service).contains("AUTOGLM_BUNDLE").allMatch(variable -> isRead(service, variable));
        }
    }

    /// Quarkus' own keys are known by the services' settings, which have them too.
    @Test
    void someServiceReadsWhatTheImagesWrite() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String service : SERVICES) {
            known.addAll(readBy(service));
            Files.readAllLines(Chart.ROOT.resolve(service + "-service/src/main/resources/application.properties"))
                    .forEach(line -> known.add(line.replaceAll("=.*", "")));
        }
        List<String> written = Pattern.compile("\\b((AUTOGLM|QUARKUS)_[A-Z_]+)=")
                .matcher(read(Chart.ROOT.resolve("deploy/images/Dockerfile")))
                .results()
                .map((MatchResult variable) -> variable.group(1))
                .toList();

        assertThat(written)
                .contains("AUTOGLM_BUNDLE", "QUARKUS_MANAGEMENT_HOST")
                .isSubsetOf(known.stream().map(ServiceKeys::variable).toList());
    }

    /// The chart refuses keys that are not in these files.
    @ParameterizedTest
    @FieldSource("SERVICES")
    void theChartKnowsTheKeysOfAService(String service) {
        Path file = Chart.DIRECTORY.resolve("files/keys/" + service + ".txt");

        assertThat(read(file)).as("%s", file).isEqualTo(String.join("\n", readBy(service)) + "\n");
    }

    @ParameterizedTest
    @FieldSource("SERVICES")
    void operationsTellsOfEachKey(String service) {
        String operations = read(Chart.ROOT.resolve("docs/operations.md"));

        // Some stand there with their last part only, for several services or beside their neighbours.
        assertThat(readBy(service))
                .allMatch(key -> operations.contains("`" + key + "`")
                        || operations.contains("`…." + key.replaceFirst("autoglm\\.[a-z-]+\\.", "") + "`")
                        || operations.contains("`" + key.substring(key.lastIndexOf('.')) + "`"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
