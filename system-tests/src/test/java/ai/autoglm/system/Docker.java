package ai.autoglm.system;

import ai.autoglm.toolkit.launch.Service;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The container engine at hand, and the images that `deploy/images/build.sh` built under the tag of the environment
/// variable AUTOGLM_IMAGE_TAG. Tests that need them are skipped where there are none, unless the environment variable
/// AUTOGLM_REQUIRE_DOCKER is 1.
final class Docker {
    static final String TAG = System.getenv().getOrDefault("AUTOGLM_IMAGE_TAG", "test");

    private Docker() {}

    static String image(Service service) {
        return "autoglm/" + service.label() + ":" + TAG;
    }

    /// Skips the test where there is no engine or no image, or fails it.
    static void requireImages() throws InterruptedException {
        require(
                "docker image inspect " + image(Service.GATEWAY),
                "there is no docker, or no image " + image(Service.GATEWAY));
    }

    /// Skips the test where a shell command fails, or fails it.
    static void require(String command, String lack) throws InterruptedException {
        Installed.require("AUTOGLM_REQUIRE_DOCKER", command, lack);
    }

    /// What `docker` prints when it succeeds.
    static String run(List<String> arguments) throws InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("docker"), arguments.stream()).toList();
        return Command.run(Repository.ROOT, Duration.ofMinutes(1), command)
                .requireSuccess()
                .output();
    }
}
