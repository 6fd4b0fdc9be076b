package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/bundle.sh` packs images, chart and model for a site without internet. Tried with an image of a few bytes.
/// Skipped where there is no container engine, unless AUTOGLM_REQUIRE_DOCKER is 1.
class AirGapIT {
    private static final String PREFIX = "autoglm-air-gap-it";
    private static final Path MODEL = Chart.ROOT.resolve("model-toolkit/src/test/resources/checkpoints/llama-tied");

    @TempDir
    private Path directory;

    @BeforeEach
    void makeImage() throws IOException {
        if (!"1".equals(System.getenv("AUTOGLM_REQUIRE_DOCKER"))) {
            assumeTrue(run("docker", "info").status() == 0, "there is no container engine");
        }
        Path content = Files.createDirectory(directory.resolve("content"));
        Files.writeString(content.resolve("hello"), "hello");
        run("sh", "-c", "tar --create --directory " + content + " . | docker import - " + PREFIX + "/gateway:t")
                .requireSuccess();
    }

    @AfterEach
    void removeImage() {
        run("docker", "image", "rm", "--force", PREFIX + "/gateway:t");
    }

    private static Program.Result run(String... command) {
        return Program.run(Chart.ROOT, "", List.of(command));
    }

    private Program.Result pack(String... more) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "deploy/bundle.sh",
                "--output",
                directory.resolve("packed").toString(),
                "--prefix",
                PREFIX,
                "--tag",
                "t",
                "--model",
                MODEL.toString()));
        command.addAll(List.of(more));
        return Program.run(Chart.ROOT, "", command);
    }

    @Test
    void packsWhatASiteNeedsAndNoticesDamage() throws IOException {
        pack("gateway:t").requireSuccess();
        Path packed = directory.resolve("packed");

        assertThat(packed).isDirectoryContaining("glob:**/images.tar").isDirectoryContaining("glob:**/load.sh");
        run("sh", packed.resolve("load.sh").toString(), "--check").requireSuccess();
        // The chart is one that Helm takes, profiles included.
        String rendered = new Helm(packed.resolve("autoglm-0.1.0.tgz"))
                .template()
                .withName("phone")
                .withNamespace("phones")
                .withKubeVersion(Chart.KUBERNETES)
                .withValuesFile(Chart.DIRECTORY.resolve("ci/gpu-values.yaml"))
                .call();
        // Rules and dashboards are links in this repository, and files in what was packed.
        assertThat(rendered).contains("kind: Deployment", "alert: AutoglmNoGateway", "autoglm-overview");
        // The model's list is the one that a web server would offer with it.
        assertThat(Program.run(packed.resolve("model"), "", List.of("sha256sum", "--check", "--quiet", "SHA256SUMS"))
                        .status())
                .isZero();

        Files.writeString(packed.resolve("model/config.json"), "{}");
        Program.Result damaged = run("sh", packed.resolve("load.sh").toString(), "--registry", "registry.example.com");
        assertThat(damaged.status()).isEqualTo(1);
        assertThat(damaged.output()).contains("model/config.json", "nothing was loaded");
    }

    @Test
    void eachMistakeIsOneSentence() throws IOException {
        assertThat(pack("gateway", "decoder").output()).contains("there is no image " + PREFIX + "/decoder:t");
        assertThat(directory.resolve("packed")).doesNotExist();
        assertThat(run("sh", "deploy/bundle.sh").output()).contains("--output is missing");
        assertThat(run("sh", "deploy/bundle.sh", "--output", "/tmp").output()).contains("exists already");
        assertThat(run("sh", "deploy/bundle.sh", "--output", directory + "/x", "--model", "/tmp")
                        .output())
                .contains("neither a checkpoint");
        assertThat(run("sh", "deploy/bundle.sh", "--outptu").output()).contains("unknown option --outptu");
        assertThat(run("sh", "deploy/bundle-load.sh").output()).contains("--registry is missing");
    }
}
