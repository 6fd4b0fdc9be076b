package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The images that `deploy/images/build.sh` builds, one by one and together.
final class ImagesIT {
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final String NETWORK = "autoglm-images-it";
    /// Of nobody that the images know.
    private static final String USER = "51234:51234";

    private final List<String> containers = new ArrayList<>();

    @BeforeAll
    static void requireImages() throws InterruptedException {
        Docker.requireImages();
    }

    @AfterEach
    void removeContainers() throws InterruptedException {
        for (String container : containers) {
            Command.run(Repository.ROOT, Duration.ofSeconds(30), List.of("docker", "rm", "--force", container));
        }
        Command.run(Repository.ROOT, Duration.ofSeconds(30), List.of("docker", "network", "rm", NETWORK));
    }

    @Test
    void theDecoderForCpusHoldsNoLibraryOfCuda() throws InterruptedException {
        Command.Result found = Command.run(
                Repository.ROOT,
                Duration.ofMinutes(1),
                List.of(
                        "docker",
                        "run",
                        "--rm",
                        "--network",
                        "none",
                        "--entrypoint",
                        "find",
                        Docker.image(Service.DECODER),
                        "/opt",
                        "/usr",
                        "-name",
                        "libcu[bdf]*.so*",
                        "-o",
                        "-name",
                        "libnv*.so*",
                        "-o",
                        "-name",
                        "libjnicu*.so*"));

        assertThat(found.status()).isZero();
        assertThat(found.output()).isBlank();
    }

    @Test
    void aCheckSaysWhatAnImageLacksToRunOnAGpu() throws InterruptedException {
        Command.Result checked = Command.run(
                Repository.ROOT,
                Duration.ofMinutes(1),
                List.of("sh", "deploy/gpu/check-image.sh", Docker.image(Service.DECODER)));

        assertThat(checked.status()).isEqualTo(1);
        assertThat(checked.output())
                .contains("MISSING  libnvinfer.so.11: TensorRT 11.2, from the base image")
                .contains("MISSING  libjnicudart.so");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void startsReadOnlyWithoutNetworkAsAnyUser(Service service) throws InterruptedException {
        String container = run(service, List.of("--network", "none"));

        Await.until(
                START_PATIENCE,
                "the " + service.label() + " serves",
                () -> log(container).contains(service == Service.GATEWAY ? "as autoglm-phone-9b" : "Serving bundle"));

        assertThat(log(container)).doesNotContain("Exception", "WARN", "ERROR");
    }

    @Test
    void compilesReadOnlyWithoutNetworkAsAnyUser() throws InterruptedException {
        Command.Result compiled = Command.run(
                Repository.ROOT,
                START_PATIENCE,
                List.of(
                        "docker",
                        "run",
                        "--rm",
                        "--network",
                        "none",
                        "--read-only",
                        "--user",
                        USER,
                        "--tmpfs",
                        "/bundles:mode=1777",
                        "autoglm/compiler:" + Docker.TAG,
                        "compile",
                        "/opt/autoglm/model",
                        "/bundles/current"));

        assertThat(compiled.requireSuccess().output()).startsWith("Compiled /bundles/current (bundleId ");
        assertThat(compiled.errors()).doesNotContain("Exception", "WARN");
    }

    @Test
    void answerTogether() throws InterruptedException {
        Docker.run(List.of("network", "create", NETWORK));
        for (Service service : List.of(Service.VISION_ENCODER, Service.AUDIO_ENCODER, Service.DECODER)) {
            run(service, List.of("--network", NETWORK, "--network-alias", service.label()));
        }
        String gateway = run(
                Service.GATEWAY,
                List.of(
                        "--network",
                        NETWORK,
                        "--publish",
                        "127.0.0.1::8000",
                        "--env",
                        "AUTOGLM_BACKENDS_VISION_ENCODER=vision-encoder:9001",
                        "--env",
                        "AUTOGLM_BACKENDS_AUDIO_ENCODER=audio-encoder:9002",
                        "--env",
                        "AUTOGLM_BACKENDS_DECODER=decoder:9003"));
        String address = Docker.run(List.of("port", gateway, "8000/tcp"))
                .lines()
                .findFirst()
                .orElseThrow();
        ChatApi api = new ChatApi(URI.create("http://" + address));
        Await.until(START_PATIENCE, "the gateway has its backends", () -> api.health() == 200);

        for (String name : List.of("text-en", "screen0-q1", "speech0")) {
            GoldenCase golden = GoldenCase.named(name);
            assertThat(api.send(golden.request()).content()).isEqualTo(golden.greedyText());
        }
    }

    private String run(Service service, List<String> options) throws InterruptedException {
        Path bundle = TestCluster.bundle();
        List<String> arguments = new ArrayList<>(
                List.of("run", "--detach", "--read-only", "--user", USER, "--volume", bundle + ":/bundle:ro"));
        arguments.addAll(options);
        arguments.add(Docker.image(service));
        String container = Docker.run(arguments).strip();
        containers.add(container);
        return container;
    }

    private static String log(String container) {
        try {
            Command.Result result =
                    Command.run(Repository.ROOT, Duration.ofMinutes(1), List.of("docker", "logs", container));
            return result.output() + result.errors();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
