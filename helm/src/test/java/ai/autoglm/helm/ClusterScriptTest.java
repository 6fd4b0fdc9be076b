package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of `system-tests/cluster/run.sh` can be tried without Kubernetes' programs: its arguments, how it starts and
/// stops them, what it writes to the API, and its report.
class ClusterScriptTest {
    private static final Path SCRIPT = Chart.ROOT.resolve("system-tests/cluster/run.sh");
    private static final List<String> PROGRAMS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl");

    @TempDir
    private Path directory;

    private Program.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        return Program.run(directory, "", command);
    }

    @Test
    void saysThatItDidNotRunWithoutThePrograms() {
        Program.Result result = run(directory.toString());

        assertThat(result.status()).isEqualTo(77);
        assertThat(result.output())
                .contains("DID NOT RUN")
                .contains("no etcd kube-apiserver kube-controller-manager kube-scheduler kubectl in " + directory)
                .contains("not installed on a cluster");
    }

    @Test
    void explainsItself() {
        assertThat(run("--help").requireSuccess()).contains("Usage: bash system-tests/cluster/run.sh");
        assertThat(run().status()).isEqualTo(2);
        assertThat(run("--repotr", "x").output()).contains("unknown option --repotr");
        assertThat(run("--report").output()).contains("--report needs a value");
    }

    @Test
    void startsEachProgramAndStopsItAgain() throws IOException {
        Program.requireInstalled("openssl", "AUTOGLM_REQUIRE_DOCKER");
        for (String program : PROGRAMS) {
            Path file = directory.resolve(program);
            // kubectl sees a service account once the last of the programs is there.
            String rest = program.equals("kubectl")
                    ? "case \"$*\" in *serviceaccount*) test -s \"${0%/*}/kube-scheduler.pid\" ;; esac"
                    : "echo $$ >\"$0.pid\"\nexec sleep 300";
            // The API server writes its certificate, which the script waits for.
            String certificate = program.equals("kube-apiserver")
                    ? "while [ \"$1\" != --cert-dir ]; do shift; done; mkdir -p \"$2\"; echo x >\"$2/apiserver.crt\"\n"
                    : "";
            Files.writeString(file, "#!/bin/sh\necho \"$@\" >>\"$0.arguments\"\n" + certificate + rest + "\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }

        String output = run("--control-plane-only", directory.toString()).requireSuccess();

        assertThat(output).contains("The control plane runs: KUBECONFIG=");
        assertThat(arguments("etcd")).contains("--listen-client-urls http://127.0.0.1:");
        assertThat(arguments("kube-apiserver")).contains("--authorization-mode RBAC", "--bind-address 127.0.0.1");
        assertThat(arguments("kube-controller-manager")).contains("--leader-elect=false", "--kubeconfig ");
        assertThat(arguments("kube-scheduler")).contains("--leader-elect=false");
        for (String program : PROGRAMS.subList(0, 4)) {
            long id = Long.parseLong(
                    Files.readString(directory.resolve(program + ".pid")).strip());
            assertThat(ProcessHandle.of(id).filter(ProcessHandle::isAlive))
                    .as(program)
                    .isEmpty();
        }
        assertThat(Path.of(output.substring(output.indexOf("KUBECONFIG=") + "KUBECONFIG=".length())
                        .strip()))
                .doesNotExist();
    }

    private String arguments(String program) throws IOException {
        return Files.readString(directory.resolve(program + ".arguments"));
    }

    @Test
    void simulatedNodesAndPodsAreWhatKubernetesReads() throws IOException, ReflectiveOperationException {
        ObjectNode node = SimulatedNodes.node("gpu-0", true);
        node.setAll(SimulatedNodes.nodeStatus(true));
        KubernetesModels.read("v1", "Node", node);
        assertThat(node.at("/status/allocatable/nvidia.com~1gpu").asText()).isEqualTo("1");

        ObjectNode pod = (ObjectNode) Chart.rendered(Chart.DIRECTORY.resolve("ci/gpu-values.yaml")).stream()
                .filter(manifest -> manifest.kind().equals("StatefulSet"))
                .findFirst()
                .orElseThrow()
                .pod()
                .deepCopy();
        pod.setAll(SimulatedNodes.readyStatus(pod, "10.244.0.7"));
        KubernetesModels.read("v1", "Pod", pod);
        assertThat(pod.at("/status/containerStatuses/0/ready").asBoolean()).isTrue();
        pod.setAll(SimulatedNodes.endedStatus(pod));
        KubernetesModels.read("v1", "Pod", pod);

        JsonNode claim = new JsonMapper().readTree("""
                        {"metadata": {"name": "engines-0", "namespace": "phones", "uid": "1-2"},
                         "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "50Gi"}}}}""");
        ObjectNode volume = SimulatedNodes.volumeFor(claim);
        KubernetesModels.read("v1", "PersistentVolume", volume);
        assertThat(volume.at("/spec/claimRef/name").asText()).isEqualTo("engines-0");
    }

    @Test
    void theReportTellsWhatFailed() throws IOException {
        Path file = directory.resolve("reports/cluster.md");
        ClusterReport report = new ClusterReport(file, "v1.34.0");

        report.add(new ClusterReport.Step("install", true, Duration.ofMillis(1499), "all ready"));
        report.add(new ClusterReport.Step("upgrade", false, Duration.ofSeconds(2), "no | pod\nmoved"));

        assertThat(Files.readString(file))
                .contains("Kubernetes v1.34.0")
                .contains("| install | passed | 1 | all ready |")
                .contains("| upgrade | FAILED | 2 | no \\| pod moved |")
                .contains("1 passed, 1 failed");
    }
}
