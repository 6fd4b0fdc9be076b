package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The life of a release on a real control plane whose four cards are all taken, one step after the other,
/// each a row of the report. `system-tests/cluster/run.sh` starts the control plane; without one this is
/// skipped.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
@EnabledIfEnvironmentVariable(
        named = ClusterIT.KUBECONFIG,
        matches = ".+",
        disabledReason = "there is no cluster: system-tests/cluster/run.sh starts one")
class ClusterIT {
    static final String KUBECONFIG = "AUTOGLM_CLUSTER_KUBECONFIG";

    private static final String NAMESPACE = "phones";
    private static final String RELEASE = "phone";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String OLD = "aaaaaaaa";
    private static final String NEW = "bbbbbbbb";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static Path kubeconfig;
    private static ClusterApi api;
    private static SimulatedNodes nodes;
    private static ClusterReport report;

    /// A step: what it saw, in a sentence.
    private interface Step {
        String run() throws Exception;
    }

    @BeforeAll
    static void connect() {
        kubeconfig = Path.of(Objects.requireNonNull(System.getenv(KUBECONFIG)));
        report = new ClusterReport(
                Path.of(System.getenv().getOrDefault("AUTOGLM_CLUSTER_REPORT", "target/cluster-report.md")),
                System.getenv().getOrDefault("AUTOGLM_CLUSTER_VERSION", "of an unknown version"));
        api = ClusterApi.of(kubeconfig);
        nodes = new SimulatedNodes(api, Duration.ofSeconds(2), Duration.ofSeconds(2));
        createCheckpointClaim();
        nodes.addCpuNode("cpu-0");
        for (int i = 0; i < 4; i++) {
            nodes.addGpuNode("gpu-" + i);
        }
    }

    /// What the operator has: a namespace, and a claim with the checkpoint.
    private static void createCheckpointClaim() {
        JsonMapper json = new JsonMapper();
        ObjectNode namespace = json.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", NAMESPACE);
        api.create("/api/v1/namespaces", namespace);
        ObjectNode claim = json.createObjectNode().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
        claim.putObject("metadata").put("name", CHECKPOINTS);
        ObjectNode spec = claim.putObject("spec");
        spec.putArray("accessModes").add("ReadOnlyMany");
        spec.putObject("resources").putObject("requests").put("storage", "20Gi");
        api.create("/api/v1/namespaces/" + NAMESPACE + "/persistentvolumeclaims", claim);
    }

    @AfterAll
    static void disconnect() {
        if (nodes != null) {
            nodes.close();
        }
    }

    /// Strict validation refuses unknown fields too; nothing is stored.
    @Test
    @Order(0)
    void takesWhatEachValuesFileRenders() throws Exception {
        step("every values file of ci, by strict server-side validation", () -> {
            int objects = 0;
            for (Path valuesFile : Chart.valuesFiles()) {
                for (Manifest manifest : Chart.rendered(valuesFile)) {
                    if (manifest.isBuiltIn()) {
                        api.validate(NAMESPACE, manifest);
                        objects++;
                    }
                }
            }
            assertThat(objects).isGreaterThan(50);
            return objects + " objects of Kubernetes' own kinds; custom resources are not among them";
        });
    }

    @Test
    @Order(1)
    void installs() throws Exception {
        step("install", () -> {
            Release release = new Helm(Chart.DIRECTORY)
                    .install()
                    .withName(RELEASE)
                    .withNamespace(NAMESPACE)
                    .createNamespace()
                    .withKubeConfig(kubeconfig)
                    .withValuesFile(values(model(OLD, 100, 3), "1.0.0"))
                    .call();
            assertThat(release.getStatus()).isEqualTo("deployed");
            await(
                    "three decoders and a vision encoder are ready",
                    () -> ready(OLD, "decoder") == 3
                            && ready(OLD, "vision-encoder") == 1
                            && ready(OLD, "audio-encoder") == 1
                            && readyGateways() == 2);
            Set<String> cards = pods(OLD).stream()
                    .filter(pod -> pod.at("/spec/nodeName").asText().startsWith("gpu-"))
                    .map(pod -> pod.at("/spec/nodeName").asText())
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(cards).containsExactly("gpu-0", "gpu-1", "gpu-2", "gpu-3");
            await(
                    "the job has ended",
                    () -> api.list("/apis/batch/v1/namespaces/" + NAMESPACE + "/jobs").stream()
                            .allMatch(job -> job.at("/status/succeeded").asInt() == 1));
            return "each card has one pod; the job ended; EndpointSlices hold " + readyEndpoints("decoder-" + OLD)
                    + " decoders";
        });
    }

    @Test
    @Order(2)
    void upgrades() throws Exception {
        step("upgrade to the next version", () -> roll("1.1.0"));
    }

    @Test
    @Order(3)
    void goesBack() throws Exception {
        step("back to the version before", () -> roll("1.0.0"));
    }

    @Test
    @Order(4)
    void waitsWithANewModelWhileAllCardsAreTaken() throws Exception {
        step("a new model beside the old one, all cards taken", () -> {
            Map<String, String> before = identities(OLD);
            upgrade(values(model(OLD, 100, 3) + model(NEW, 0, 1), "1.0.0"));
            await(
                    "the new model's pods wait for cards",
                    () -> pods(NEW).stream()
                            .anyMatch(pod ->
                                    isUnschedulable(pod) && component(pod).equals("decoder")));
            await("the gateways know both", () -> readyGateways() == 2 && gatewaysKnow(NEW));
            assertThat(identities(OLD)).isEqualTo(before);
            return "its decoder waits for a card; no pod of the old model was touched";
        });
    }

    @Test
    @Order(5)
    void movesRequestsOnceCardsAreThere() throws Exception {
        step("cards come, the weight moves and goes back", () -> {
            nodes.addGpuNode("gpu-4");
            nodes.addGpuNode("gpu-5");
            await("the new model is ready", () -> ready(NEW, "decoder") == 1 && ready(NEW, "vision-encoder") == 1);
            Map<String, String> before = identities("");
            for (int weight : List.of(100, 0)) {
                upgrade(values(model(OLD, 100 - weight, 3) + model(NEW, weight, 1), "1.0.0"));
                String models = api.get("/api/v1/namespaces/" + NAMESPACE + "/configmaps/phone-autoglm-models")
                        .at("/data/models")
                        .asText();
                assertThat(models).contains("autoglm-phone-9b %d /models/%s/".formatted(weight, NEW));
            }
            Thread.sleep(Duration.ofSeconds(5));
            assertThat(identities("")).isEqualTo(before);
            return "weights moved there and back without a pod being restarted";
        });
    }

    @Test
    @Order(6)
    void replacesTheModelWhereNoCardIsSpare() throws Exception {
        step("the new model replaces the old one on its cards", () -> {
            Instant begin = Instant.now();
            String notes = upgrade(values(model(NEW, 100, 5), "1.0.0"));
            assertThat(notes).contains("OUTAGE: the model of bundle " + OLD);
            await("the old model's pods are gone", () -> pods(OLD).isEmpty());
            await("the new model has all cards", () -> ready(NEW, "decoder") == 5 && ready(NEW, "vision-encoder") == 1);
            await("the old model's claims are gone", () -> claims().stream().noneMatch(name -> name.contains(OLD)));
            return "five decoders after "
                    + Duration.between(begin, Instant.now()).toSeconds() + " s; claims of the old model are gone";
        });
    }

    @Test
    @Order(7)
    void evictsOneAtATime() throws Exception {
        step("eviction under the disruption budget", () -> {
            List<String> decoders = pods(NEW).stream()
                    .filter(pod -> component(pod).equals("decoder"))
                    .map(pod -> pod.at("/metadata/name").asText())
                    .sorted()
                    .toList();
            await(
                    "the budget allows one",
                    () -> api.get("/apis/policy/v1/namespaces/" + NAMESPACE
                                            + "/poddisruptionbudgets/phone-autoglm-decoder-" + NEW)
                                    .at("/status/disruptionsAllowed")
                                    .asInt()
                            == 1);
            int first = api.evict(NAMESPACE, decoders.getFirst());
            int second = api.evict(NAMESPACE, decoders.getLast());
            assertThat(List.of(first, second)).containsExactly(201, 429);
            await("all are back", () -> ready(NEW, "decoder") == 5);
            return "the first eviction was taken (201), the second one meanwhile refused (429)";
        });
    }

    @Test
    @Order(8)
    void uninstalls() throws Exception {
        step("uninstall", () -> {
            Helm.uninstall(RELEASE)
                    .withNamespace(NAMESPACE)
                    .withKubeConfig(kubeconfig)
                    .call();
            await("all pods are gone", () -> api.list(PODS).isEmpty());
            await("all claims are gone", () -> claims().isEmpty());
            Map<String, Integer> left = new TreeMap<>();
            for (String collection : List.of(
                    "/api/v1/namespaces/%s/services",
                    "/api/v1/namespaces/%s/secrets",
                    "/api/v1/namespaces/%s/serviceaccounts",
                    "/apis/apps/v1/namespaces/%s/statefulsets",
                    "/apis/apps/v1/namespaces/%s/deployments",
                    "/apis/batch/v1/namespaces/%s/jobs",
                    "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/roles",
                    "/apis/networking.k8s.io/v1/namespaces/%s/networkpolicies",
                    "/apis/policy/v1/namespaces/%s/poddisruptionbudgets")) {
                long of = api.list(collection.formatted(NAMESPACE)).stream()
                        .filter(object -> object.at("/metadata/labels/app.kubernetes.io~1instance")
                                .asText()
                                .equals(RELEASE))
                        .count();
                if (of > 0) {
                    left.put(collection, (int) of);
                }
            }
            assertThat(left).isEmpty();
            return "nothing of the release is left";
        });
    }

    /// Another version of the images: at no moment is more than one decoder less, or one pod more, than asked for.
    private static String roll(String tag) throws Exception {
        upgrade(values(model(OLD, 100, 3), tag));
        int fewest = 3;
        int most = 3;
        Instant end = Instant.now().plus(PATIENCE);
        while (!hasRolled(tag)) {
            assertThat(Instant.now())
                    .as("the rollout to " + tag + " is complete")
                    .isBefore(end);
            fewest = Math.min(fewest, ready(OLD, "decoder"));
            most = Math.max(most, (int) pods(OLD).stream()
                    .filter(pod -> component(pod).equals("decoder"))
                    .count());
            Thread.sleep(Duration.ofMillis(100));
        }
        assertThat(fewest).isEqualTo(2);
        assertThat(most).isEqualTo(3);
        return "never fewer than 2 of 3 decoders ready, never a pod without a card";
    }

    private static boolean hasRolled(String tag) {
        List<JsonNode> decoders = pods(OLD).stream()
                .filter(pod -> component(pod).equals("decoder"))
                .toList();
        return decoders.stream()
                        .allMatch(pod ->
                                pod.at("/spec/containers/0/image").asText().contains(":" + tag))
                && ready(OLD, "decoder") == 3
                && ready(OLD, "vision-encoder") == 1
                && readyGateways() == 2;
    }

    private static void step(String name, Step step) throws Exception {
        Instant begin = Instant.now();
        try {
            String seen = step.run();
            report.add(new ClusterReport.Step(name, true, Duration.between(begin, Instant.now()), seen));
        } catch (Exception | AssertionError e) {
            report.add(new ClusterReport.Step(
                    name, false, Duration.between(begin, Instant.now()), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    /// @return what Helm prints
    private static String upgrade(Path values) {
        UpgradeCommand command = new Helm(Chart.DIRECTORY)
                .upgrade()
                .withName(RELEASE)
                .withNamespace(NAMESPACE)
                .withKubeConfig(kubeconfig)
                .withValuesFile(values);
        Release release = command.call();
        assertThat(release.getStatus()).isEqualTo("deployed");
        return release.getOutput();
    }

    private static String model(String id, int weight, int decoders) {
        return """
                  - bundleId: %s00000000
                    weight: %d
                    decoder: {replicas: %d}
                """.formatted(id, weight, decoders);
    }

    private static Path values(String models, String tag) throws Exception {
        Path file = Files.createTempFile("cluster-", "-values.yaml");
        return Files.writeString(file, """
                image: {registry: registry.example.com, tag: %s}
                model: {pvc: {claimName: %s}}
                gateway: {drainSeconds: 10}
                models:
                %s""".formatted(tag, CHECKPOINTS, models));
    }

    private static List<JsonNode> pods(String id) {
        List<JsonNode> pods = new ArrayList<>();
        for (JsonNode pod : api.list(PODS)) {
            String bundle = pod.at("/metadata/labels/autoglm~1bundle").asText();
            if (bundle.contains(id) && !component(pod).equals("compile")) {
                pods.add(pod);
            }
        }
        return pods;
    }

    /// Names of pods and who they are; a pod that was restarted is another one.
    private static Map<String, String> identities(String id) {
        Map<String, String> identities = new TreeMap<>();
        pods(id).forEach(pod -> identities.put(
                pod.at("/metadata/name").asText(), pod.at("/metadata/uid").asText()));
        return identities;
    }

    private static String component(JsonNode pod) {
        return pod.at("/metadata/labels/app.kubernetes.io~1component").asText();
    }

    private static int ready(String id, String component) {
        return (int) pods(id).stream()
                .filter(pod -> component(pod).equals(component) && isReady(pod))
                .count();
    }

    private static int readyGateways() {
        return (int) api.list(PODS).stream()
                .filter(pod -> component(pod).equals("gateway") && isReady(pod))
                .count();
    }

    private static boolean gatewaysKnow(String id) {
        return api.list(PODS).stream()
                .filter(pod -> component(pod).equals("gateway") && isReady(pod))
                .allMatch(pod -> pod.at("/spec/containers/0/env").toString().contains("decoder-" + id));
    }

    private static boolean isReady(JsonNode pod) {
        return !pod.path("metadata").hasNonNull("deletionTimestamp") && condition(pod, "Ready", "True");
    }

    private static boolean isUnschedulable(JsonNode pod) {
        return condition(pod, "PodScheduled", "False");
    }

    private static boolean condition(JsonNode pod, String type, String status) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals(status);
            }
        }
        return false;
    }

    private static int readyEndpoints(String service) {
        int ready = 0;
        for (JsonNode slice : api.list("/apis/discovery.k8s.io/v1/namespaces/" + NAMESPACE + "/endpointslices")) {
            if (slice.at("/metadata/labels/kubernetes.io~1service-name")
                    .asText()
                    .endsWith(service)) {
                for (JsonNode endpoint : slice.path("endpoints")) {
                    ready += endpoint.at("/conditions/ready").asBoolean() ? 1 : 0;
                }
            }
        }
        return ready;
    }

    private static List<String> claims() {
        return api.list("/api/v1/namespaces/" + NAMESPACE + "/persistentvolumeclaims").stream()
                .map(claim -> claim.at("/metadata/name").asText())
                .filter(name -> !name.equals(CHECKPOINTS))
                .toList();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("after " + PATIENCE.toSeconds() + " s it is still not so that " + what);
            }
            Thread.sleep(Duration.ofMillis(200));
        }
    }
}
