package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rules that only a server would check, or nobody would until a pod does not start.
class PodRulesTest {
    private static final List<String> PROBES = List.of("startupProbe", "livenessProbe", "readinessProbe");
    private static final List<String> HANDLERS = List.of("httpGet", "grpc", "tcpSocket", "exec");

    static Stream<Path> valuesFiles() {
        return Chart.valuesFiles().stream();
    }

    private static List<Manifest> workloads(Path valuesFile) {
        return Chart.rendered(valuesFile).stream().filter(Manifest::hasPods).toList();
    }

    private static List<Manifest> servers(Path valuesFile) {
        return workloads(valuesFile).stream()
                .filter(manifest ->
                        manifest.kind().equals("Deployment") || manifest.kind().equals("StatefulSet"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void eachProbeAsksOverHttpOnTheManagementPort(Path valuesFile) {
        assertThat(servers(valuesFile))
                .hasSizeGreaterThan(2)
                .allSatisfy(workload -> PROBES.forEach(name -> {
                    JsonNode probe = workload.mainContainer().path(name);
                    assertThat(HANDLERS).filteredOn(probe::has).containsExactly("httpGet");
                    assertThat(probe.at("/httpGet/port").asText()).isEqualTo("management");
                }));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void selectorsAreLabelsOfTheTemplateWithoutAVersion(Path valuesFile) {
        assertThat(servers(valuesFile)).allSatisfy(workload -> {
            JsonNode selector = workload.json().at("/spec/selector/matchLabels");
            assertThat(workload.pod().at("/metadata/labels").properties()).containsAll(selector.properties());
            assertThat(selector.propertyStream().map(Map.Entry::getKey))
                    .doesNotContain("app.kubernetes.io/version", "helm.sh/chart")
                    .contains("app.kubernetes.io/component");
        });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void selectorsChooseThePodsOfOneWorkload(Path valuesFile) {
        List<Manifest> servers = servers(valuesFile);

        assertThat(servers)
                .allSatisfy(workload -> assertThat(servers)
                        .filteredOn(other -> other.pod()
                                .at("/metadata/labels")
                                .properties()
                                .containsAll(workload.json()
                                        .at("/spec/selector/matchLabels")
                                        .properties()))
                        .containsExactly(workload));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void servicesAndBudgetsFindPodsAndTheirPorts(Path valuesFile) {
        List<Manifest> servers = servers(valuesFile);

        assertThat(Chart.rendered(valuesFile)).allSatisfy(manifest -> {
            JsonNode selector = switch (manifest.kind()) {
                case "Service" -> manifest.json().at("/spec/selector");
                case "PodDisruptionBudget" -> manifest.json().at("/spec/selector/matchLabels");
                default -> null;
            };
            if (selector == null) {
                return;
            }
            List<Manifest> found = servers.stream()
                    .filter(server ->
                            server.pod().at("/metadata/labels").properties().containsAll(selector.properties()))
                    .toList();
            assertThat(found).hasSize(1);
            manifest.json()
                    .at("/spec/ports")
                    .forEach(port -> assertThat(found.getFirst().mainContainer().path("ports"))
                            .extracting(known -> known.path("name").asText())
                            .contains(port.path("targetPort").asText()));
        });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void onlyTheEndpointIsShownToTheWorld(Path valuesFile) {
        assertThat(Chart.rendered(valuesFile))
                .filteredOn(manifest -> manifest.kind().equals("Service")
                        && !manifest.json().at("/spec/clusterIP").asText().equals("None"))
                .hasSize(1)
                .allSatisfy(service -> assertThat(service.json().at("/spec/ports"))
                        .extracting(port -> port.path("name").asText())
                        .containsExactly("http"));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void graceIsLongerThanPreStopAndDrain(Path valuesFile) {
        assertThat(servers(valuesFile)).allSatisfy(workload -> {
            int preStop = workload.mainContainer()
                    .at("/lifecycle/preStop/sleep/seconds")
                    .asInt(0);
            Map<String, String> environment = environment(workload.mainContainer());
            String drain = environment.entrySet().stream()
                    .filter(variable -> variable.getKey().matches("AUTOGLM_.*_SHUTDOWN_GRACE"))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("0s");
            int leave = environment.entrySet().stream()
                    .filter(variable -> variable.getKey().matches("AUTOGLM_.*_SHUTDOWN_(DELAY|LINGER)"))
                    .mapToInt(variable -> seconds(variable.getValue()))
                    .sum();
            assertThat(leave).isGreaterThan(0);
            assertThat(seconds(drain)).isGreaterThan(0);
            assertThat(workload.pod().at("/spec/terminationGracePeriodSeconds").asInt())
                    .isGreaterThan(preStop + leave + seconds(drain));
        });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void noClaimForOneNodeIsSharedByReplicas(Path valuesFile) {
        Map<String, JsonNode> claims = new HashMap<>();
        Chart.rendered(valuesFile).stream()
                .filter(manifest -> manifest.kind().equals("PersistentVolumeClaim"))
                .forEach(claim -> claims.put(claim.name(), claim.json().at("/spec/accessModes")));

        assertThat(workloads(valuesFile))
                .allSatisfy(workload -> workload.pod().at("/spec/volumes").forEach(volume -> {
                    JsonNode modes = claims.get(
                            volume.at("/persistentVolumeClaim/claimName").asText());
                    if (modes != null) {
                        assertThat(modes)
                                .extracting(JsonNode::asText)
                                .doesNotContain("ReadWriteOnce", "ReadWriteOncePod");
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void whatIsMountedIsAVolume(Path valuesFile) {
        assertThat(workloads(valuesFile)).allSatisfy(workload -> {
            Set<String> volumes = new HashSet<>();
            workload.pod()
                    .at("/spec/volumes")
                    .forEach(volume -> volumes.add(volume.path("name").asText()));
            workload.json()
                    .at("/spec/volumeClaimTemplates")
                    .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
            Set<String> mounted = new HashSet<>();
            workload.containers()
                    .forEach(container -> container
                            .path("volumeMounts")
                            .forEach(mount -> mounted.add(mount.path("name").asText())));

            assertThat(mounted).isEqualTo(volumes);
        });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void containersMayDoNothingButTheirWork(Path valuesFile) {
        assertThat(workloads(valuesFile)).allSatisfy(workload -> {
            assertThat(workload.pod().at("/spec/securityContext/runAsNonRoot").asBoolean())
                    .isTrue();
            assertThat(workload.containers()).allSatisfy(container -> {
                JsonNode security = container.path("securityContext");
                assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            });
            boolean mayAsk =
                    workload.pod().at("/spec/automountServiceAccountToken").asBoolean(true);
            assertThat(mayAsk)
                    .isEqualTo(environment(workload.mainContainer())
                            .getOrDefault("AUTOGLM_BACKENDS_DECODER", "")
                            .startsWith("kubernetes:"));
        });
    }

    /// A name with one address for all of them would say that there is one.
    @ParameterizedTest
    @MethodSource("valuesFiles")
    void gatewaysFindEachOtherByAServiceOfTheirAddresses(Path valuesFile) {
        Manifest gateway = servers(valuesFile).stream()
                .filter(server -> server.name().endsWith("-gateway"))
                .findFirst()
                .orElseThrow();
        String[] target = environment(gateway.mainContainer())
                .getOrDefault("AUTOGLM_ADMISSION_GATEWAYS", "")
                .split(":", -1);

        assertThat(target).hasSize(3);
        assertThat(target[0]).isIn("kubernetes", "dns");
        assertThat(Chart.rendered(valuesFile))
                .filteredOn(manifest ->
                        manifest.kind().equals("Service") && manifest.name().equals(target[1]))
                .singleElement()
                .satisfies(service -> {
                    assertThat(service.json().at("/spec/clusterIP").asText()).isEqualTo("None");
                    assertThat(service.json().at("/spec/ports/0/port").asText()).isEqualTo(target[2]);
                    assertThat(gateway.pod().at("/metadata/labels").properties())
                            .containsAll(service.json().at("/spec/selector").properties());
                });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void noEnvironmentVariableIsSetTwice(Path valuesFile) {
        assertThat(workloads(valuesFile))
                .allSatisfy(workload -> assertThat(workload.containers())
                        .allSatisfy(container -> assertThat(container.path("env"))
                                .extracting(variable -> variable.path("name").asText())
                                .doesNotHaveDuplicates()));
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void namesFitIntoLabels(Path valuesFile) {
        assertThat(Chart.rendered(valuesFile)).allSatisfy(manifest -> {
            // A StatefulSet's name and a hash are a label of its pods, a Job's name is one.
            int longest = manifest.kind().equals("StatefulSet") ? 52 : 63;
            assertThat(manifest.name()).hasSizeLessThanOrEqualTo(longest).matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
            manifest.json()
                    .at("/metadata/labels")
                    .forEach(label -> assertThat(label.asText()).hasSizeLessThanOrEqualTo(63));
        });
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void whatAGpuPodHasAskedForIsAWholeCard(Path valuesFile) {
        assertThat(servers(valuesFile)).allSatisfy(workload -> {
            List<JsonNode> cards = new ArrayList<>();
            workload.containers().forEach(container -> {
                if (container.at("/resources/limits").has("nvidia.com/gpu")
                        || container.at("/resources/claims") instanceof ArrayNode) {
                    cards.add(container);
                }
            });
            boolean onGpu = workload.mainContainer().path("image").asText().endsWith("-gpu");
            // The container that builds the engine and the one that runs it; never both at a time.
            assertThat(cards).hasSize(onGpu ? 2 : 0);
            assertThat(environment(workload.mainContainer()).get("AUTOGLM_ENGINE"))
                    .isEqualTo(onGpu ? "tensorrt" : isGateway(workload) ? null : "onnxruntime");
        });
    }

    private static boolean isGateway(Manifest workload) {
        return workload.name().endsWith("-gateway");
    }

    @ParameterizedTest
    @MethodSource("valuesFiles")
    void anEngineIsLoadedWhereAndAsItWasBuilt(Path valuesFile) {
        assertThat(servers(valuesFile)).allSatisfy(workload -> {
            JsonNode server = workload.mainContainer();
            if (!"tensorrt".equals(environment(server).get("AUTOGLM_ENGINE"))) {
                return;
            }
            JsonNode builder = workload.pod().at("/spec/initContainers/1");
            assertThat(builder.at("/args/0").asText()).isEqualTo("build-engine");
            assertThat(builder.path("image").asText()).contains("/engine-builder");
            assertThat(builder.at("/resources/requests/memory").asText()).isEqualTo("48Gi");
            for (String variable : List.of("AUTOGLM_ENGINE_FOLDER", "AUTOGLM_PLAN_KEY_FILE")) {
                assertThat(environment(server))
                        .containsEntry(variable, environment(builder).get(variable));
            }
            assertThat(mounts(builder)).isEqualTo(mounts(server));
            // What shapes depend on is the same on both sides, or the server would find no engine for itself.
            Map.of(
                            "AUTOGLM_DECODER_MAX_NUM_SEQS", "--max-num-seqs=",
                            "AUTOGLM_DECODER_RESUME_SLOTS", "--resume-slots=",
                            "AUTOGLM_DECODER_MAX_MODEL_LEN", "--max-model-len=",
                            "AUTOGLM_DECODER_PREFILL_CHUNK", "--prefill-chunk=")
                    .forEach((variable, option) -> {
                        String value = environment(server).get(variable);
                        assertThat(builder.path("args"))
                                .extracting(JsonNode::asText)
                                .filteredOn(argument -> argument.startsWith(option))
                                .isEqualTo(value == null ? List.of() : List.of(option + value));
                    });
        });
    }

    private static Set<String> mounts(JsonNode container) {
        Set<String> paths = new HashSet<>();
        container.path("volumeMounts").forEach(mount -> {
            if (!mount.path("name").asText().equals("tls")) {
                paths.add(mount.path("name").asText() + " "
                        + mount.path("mountPath").asText());
            }
        });
        return paths;
    }

    static Map<String, String> environment(JsonNode container) {
        Map<String, String> environment = new HashMap<>();
        container
                .path("env")
                .forEach(variable -> environment.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        return environment;
    }

    private static int seconds(String duration) {
        return Integer.parseInt(duration.replace("s", ""));
    }
}
