package ai.autoglm.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/// One object that the chart rendered.
record Manifest(JsonNode json) {
    String kind() {
        return json.path("kind").asText();
    }

    String apiVersion() {
        return json.path("apiVersion").asText();
    }

    String name() {
        return json.path("metadata").path("name").asText();
    }

    /// Whether it is of a kind that Kubernetes itself has.
    boolean isBuiltIn() {
        String group = apiVersion().contains("/")
                ? apiVersion().substring(0, apiVersion().indexOf('/'))
                : "";
        return !group.contains(".") || (group.endsWith(".k8s.io") && !group.equals("gateway.networking.k8s.io"));
    }

    /// The pod that a workload makes, or that this is; missing in what has no pods.
    JsonNode pod() {
        return switch (kind()) {
            case "Pod" -> json;
            case "Deployment", "StatefulSet", "Job" -> json.path("spec").path("template");
            default -> MissingNode.getInstance();
        };
    }

    boolean hasPods() {
        return !pod().isMissingNode();
    }

    /// All containers of the pod, those that prepare it first.
    List<JsonNode> containers() {
        List<JsonNode> containers = new ArrayList<>();
        pod().path("spec").path("initContainers").forEach(containers::add);
        pod().path("spec").path("containers").forEach(containers::add);
        return containers;
    }

    /// The container that serves.
    JsonNode mainContainer() {
        return pod().path("spec").path("containers").path(0);
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
