package ai.autoglm.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Nodes without machines. A pod that is scheduled to one becomes ready after a while, one of a Job ends well, and one
/// that is deleted ends after a while; a claim that waits gets a volume. Nothing else is simulated: scheduling, rolling
/// updates, budgets and garbage collection are Kubernetes' own.
final class SimulatedNodes implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ClusterApi api;
    private final Duration start;
    private final Duration end;
    private final Map<String, Instant> noticed = new HashMap<>();
    private final Thread life;
    private int address = 1;

    /// @param start from a pod's place on a node to ready
    /// @param end from a pod's deletion to its end
    SimulatedNodes(ClusterApi api, Duration start, Duration end) {
        this.api = api;
        this.start = start;
        this.end = end;
        this.life = Thread.ofVirtual().name("nodes").start(this::live);
    }

    /// Adds a node with one card.
    void addGpuNode(String name) {
        api.create("/api/v1/nodes", node(name, true));
        api.patch("/api/v1/nodes/" + name + "/status", nodeStatus(true));
    }

    /// Adds a node without a card.
    void addCpuNode(String name) {
        api.create("/api/v1/nodes", node(name, false));
        api.patch("/api/v1/nodes/" + name + "/status", nodeStatus(false));
    }

    @Override
    public void close() {
        life.interrupt();
    }

    private void live() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                api.list("/api/v1/pods").forEach(this::attend);
                api.list("/api/v1/persistentvolumeclaims").stream()
                        .filter(claim -> claim.at("/status/phase").asText().equals("Pending"))
                        .forEach(claim -> api.create("/api/v1/persistentvolumes", volumeFor(claim)));
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void attend(JsonNode pod) {
        if (!pod.path("spec").hasNonNull("nodeName")) {
            return;
        }
        String path = "/api/v1/namespaces/" + pod.at("/metadata/namespace").asText() + "/pods/"
                + pod.at("/metadata/name").asText();
        boolean deleted = pod.path("metadata").hasNonNull("deletionTimestamp");
        String phase = pod.at("/status/phase").asText();
        if (deleted && isDue(pod, "end", end)) {
            api.finishPod(path);
        } else if (!deleted && phase.equals("Pending") && isDue(pod, "start", start)) {
            boolean ends = pod.at("/spec/restartPolicy").asText().equals("Never");
            api.patch(path + "/status", ends ? endedStatus(pod) : readyStatus(pod, nextAddress()));
        }
    }

    private boolean isDue(JsonNode pod, String event, Duration delay) {
        String key = pod.at("/metadata/uid").asText() + event;
        return Instant.now()
                .isAfter(noticed.computeIfAbsent(key, _ -> Instant.now()).plus(delay));
    }

    private String nextAddress() {
        address++;
        return "10.244." + address / 250 + "." + (address % 250 + 1);
    }

    static ObjectNode node(String name, boolean gpu) {
        ObjectNode node = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", name);
        ObjectNode labels = metadata.putObject("labels").put("kubernetes.io/hostname", name);
        ObjectNode spec = node.putObject("spec");
        if (gpu) {
            labels.put("nvidia.com/gpu.product", "NVIDIA-GeForce-RTX-4090");
            ArrayNode taints = spec.putArray("taints");
            taints.addObject().put("key", "nvidia.com/gpu").put("effect", "NoSchedule");
        }
        return node;
    }

    static ObjectNode nodeStatus(boolean gpu) {
        ObjectNode changes = JSON.createObjectNode();
        ObjectNode status = changes.putObject("status");
        for (String what : List.of("capacity", "allocatable")) {
            ObjectNode amounts = status.putObject(what)
                    .put("cpu", "32")
                    .put("memory", "128Gi")
                    .put("pods", "110")
                    .put("ephemeral-storage", "500Gi");
            if (gpu) {
                amounts.put("nvidia.com/gpu", "1");
            }
        }
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "Ready", "True");
        condition(conditions, "MemoryPressure", "False");
        condition(conditions, "DiskPressure", "False");
        condition(conditions, "PIDPressure", "False");
        conditions.forEach(condition -> ((ObjectNode) condition)
                .put("reason", "Simulated")
                .put("message", "no machine")
                .put("lastHeartbeatTime", now()));
        return changes;
    }

    static ObjectNode readyStatus(JsonNode pod, String address) {
        ObjectNode changes = JSON.createObjectNode();
        ObjectNode status = status(changes, "Running");
        status.put("podIP", address).putArray("podIPs").addObject().put("ip", address);
        ArrayNode conditions = status.putArray("conditions");
        for (String type : List.of("PodScheduled", "Initialized", "ContainersReady", "Ready")) {
            condition(conditions, type, "True");
        }
        ArrayNode containers = status.putArray("containerStatuses");
        pod.at("/spec/containers")
                .forEach(container -> container(containers, container, true)
                        .putObject("state")
                        .putObject("running")
                        .put("startedAt", now()));
        return changes;
    }

    static ObjectNode endedStatus(JsonNode pod) {
        ObjectNode changes = JSON.createObjectNode();
        ObjectNode status = status(changes, "Succeeded");
        condition(status.putArray("conditions"), "PodScheduled", "True");
        ArrayNode containers = status.putArray("containerStatuses");
        pod.at("/spec/containers")
                .forEach(container -> container(containers, container, false)
                        .putObject("state")
                        .putObject("terminated")
                        .put("exitCode", 0)
                        .put("reason", "Completed")
                        .put("finishedAt", now()));
        return changes;
    }

    static ObjectNode volumeFor(JsonNode claim) {
        ObjectNode volume = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "PersistentVolume");
        String name = "volume-" + claim.at("/metadata/uid").asText();
        volume.putObject("metadata").put("name", name);
        ObjectNode spec = volume.putObject("spec");
        spec.putObject("capacity")
                .put("storage", claim.at("/spec/resources/requests/storage").asText());
        spec.set("accessModes", claim.at("/spec/accessModes"));
        spec.put("persistentVolumeReclaimPolicy", "Retain")
                .put("storageClassName", claim.at("/spec/storageClassName").asText());
        spec.putObject("claimRef")
                .put("apiVersion", "v1")
                .put("kind", "PersistentVolumeClaim")
                .put("namespace", claim.at("/metadata/namespace").asText())
                .put("name", claim.at("/metadata/name").asText())
                .put("uid", claim.at("/metadata/uid").asText());
        spec.putObject("hostPath").put("path", "/nowhere/" + name);
        return volume;
    }

    private static ObjectNode status(ObjectNode changes, String phase) {
        return changes.putObject("status").put("phase", phase).put("startTime", now());
    }

    private static ObjectNode container(ArrayNode statuses, JsonNode container, boolean ready) {
        return statuses.addObject()
                .put("name", container.path("name").asText())
                .put("image", container.path("image").asText())
                .put("imageID", "simulated")
                .put("ready", ready)
                .put("started", ready)
                .put("restartCount", 0);
    }

    private static void condition(ArrayNode conditions, String type, String status) {
        conditions.addObject().put("type", type).put("status", status).put("lastTransitionTime", now());
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
