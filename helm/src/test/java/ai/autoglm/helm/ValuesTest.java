package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The values: each with its meaning above it, each typed.
class ValuesTest {
    private static final Path VALUES = Chart.DIRECTORY.resolve("values.yaml");

    @Test
    void eachValueHasItsMeaningAboveIt() throws IOException {
        List<String> lines = Files.readAllLines(VALUES);
        List<String> undocumented = new ArrayList<>();
        for (int line = 1; line < lines.size(); line++) {
            // A key whose value stands beside it, or begins below it as a list or a map of free keys.
            boolean key = lines.get(line).matches(" *[a-zA-Z]+: .+");
            boolean inFreeMap = lines.get(line)
                    .matches(
                            " *(runAs|fsGroup|allowPriv|readOnlyRoot|drop|type: Runtime|max|topologyKey|when(Unsat)|operator|effect|cpu|memory|app\\.|k8s|nvidia|grafana).*");
            if (key && !inFreeMap && !lines.get(line - 1).strip().startsWith("#")) {
                undocumented.add(lines.get(line));
            }
        }

        assertThat(undocumented).isEmpty();
    }

    @Test
    void theSchemaKnowsEachValueAndNoOther() {
        List<String> differences = new ArrayList<>();
        JsonNode schema = Chart.json(Chart.DIRECTORY.resolve("values.schema.json"));
        compare("", Chart.yaml(VALUES), schema, schema, differences);

        assertThat(differences).containsExactly("only in the schema: .global");
    }

    private static void compare(
            String path, JsonNode values, JsonNode type, JsonNode schema, List<String> differences) {
        JsonNode resolved =
                type.has("$ref") ? schema.at(type.path("$ref").asText().substring(1)) : type;
        JsonNode properties = resolved.path("properties");
        if (properties.isMissingNode() || !values.isObject() || values.isEmpty()) {
            return;
        }
        assertThat(resolved.path("additionalProperties").asBoolean(true))
                .as(path)
                .isFalse();
        properties
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(key -> !values.has(key))
                .forEach(key -> differences.add("only in the schema: " + path + "." + key));
        values.properties().forEach(value -> {
            if (properties.has(value.getKey())) {
                compare(
                        path + "." + value.getKey(),
                        value.getValue(),
                        properties.path(value.getKey()),
                        schema,
                        differences);
            } else {
                differences.add("only in the values: " + path + "." + value.getKey());
            }
        });
    }

    static Stream<String> profiles() throws IOException {
        try (Stream<Path> files = Files.list(Chart.DIRECTORY.resolve("profiles"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    static Stream<String> cardProfiles() throws IOException {
        return profiles().filter(profile -> !profile.equals("cpu.yaml"));
    }

    private static List<Manifest> rendered(String profile) {
        Map<String, Object> changes = new HashMap<>(Map.of("image.registry", "registry.example.com"));
        if (!profile.equals("cpu.yaml")) {
            changes.putAll(Map.of("model.bundleId", "5e1f00aa5e1f", "model.pvc.claimName", "checkpoints"));
        }
        return Chart.parse(Chart.render(Chart.DIRECTORY.resolve("profiles").resolve(profile), changes));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aProfileTakesAsManyCardsAsItSays(String profile) {
        Map<String, Integer> cards =
                Map.of("cpu.yaml", 0, "two-cards.yaml", 2, "four-cards.yaml", 4, "sixteen-cards.yaml", 16);

        assertThat(rendered(profile).stream()
                        .filter(manifest ->
                                manifest.mainContainer().at("/resources/limits").has("nvidia.com/gpu"))
                        .mapToInt(
                                manifest -> manifest.json().at("/spec/replicas").asInt())
                        .sum())
                .isEqualTo(cards.get(profile));
    }

    /// The arithmetic of docs/kubernetes.md: weights, activations and 40 KiB for each token of each slot.
    @ParameterizedTest
    @MethodSource("cardProfiles")
    void theDecoderOfAProfileFitsOnItsCard(String profile) {
        Map<String, String> settings =
                PodRulesTest.environment(decoder(rendered(profile)).mainContainer());
        long slots = Long.parseLong(settings.getOrDefault("AUTOGLM_DECODER_MAX_NUM_SEQS", "8"))
                + Long.parseLong(settings.getOrDefault("AUTOGLM_DECODER_RESUME_SLOTS", "2"));
        long tokens = Long.parseLong(settings.getOrDefault("AUTOGLM_DECODER_MAX_MODEL_LEN", "8192"));

        assertThat(tokens).isEqualTo(25_480);
        assertThat(16.4 + 1.0 + slots * tokens * 40.0 / (1 << 20)).isLessThanOrEqualTo(23.3);
    }

    private static Manifest decoder(List<Manifest> manifests) {
        return manifests.stream()
                .filter(manifest -> manifest.kind().equals("StatefulSet"))
                .filter(manifest -> manifest.name().contains("-decoder-"))
                .findFirst()
                .orElseThrow();
    }

    /// AutoGLM-Phone-9B hears nothing: a pod of its audio tower would never start.
    @ParameterizedTest
    @MethodSource("cardProfiles")
    void aProfileForCardsHasNoAudio(String profile) {
        assertThat(rendered(profile))
                .extracting(Manifest::name)
                .anyMatch(name -> name.contains("-vision-encoder-"))
                .noneMatch(name -> name.contains("audio"));
    }
}
