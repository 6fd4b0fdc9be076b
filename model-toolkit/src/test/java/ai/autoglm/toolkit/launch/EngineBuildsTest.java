package ai.autoglm.toolkit.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineBuildsTest {
    @Test
    void aBuildEndsWithWhoStartedIt() throws IOException, InterruptedException {
        Process launcher = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = launcher.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle build =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            launcher.destroy();

            assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(build.onExit()).succeedsWithin(Duration.ofSeconds(30));
        } finally {
            launcher.destroyForcibly();
        }
    }

    /// Waits for a build that takes long, as the launcher does.
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Process build = new ProcessBuilder("sleep", "600").start();
            Thread waiting = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                while (waiting.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                System.out.println(build.pid());
            });
            EngineBuilds.waitFor(build);
        }
    }
}
