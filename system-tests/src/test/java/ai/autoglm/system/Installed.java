package ai.autoglm.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;

/// What a test needs beyond the JDK. A test without it is skipped, unless an environment variable says that it must
/// run.
final class Installed {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Installed() {}

    /// Skips the test where a shell command fails, unless the environment variable `required` is 1: the test is to
    /// fail then.
    ///
    /// @param lack what is missing where the command fails
    static void require(String required, String command, String lack) throws InterruptedException {
        if (!"1".equals(System.getenv(required))) {
            Command.Result looked = Command.run(Repository.ROOT, PATIENCE, List.of("sh", "-c", command));
            assumeTrue(looked.status() == 0, lack);
        }
    }
}
