package ai.autoglm.toolkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxRuntimeTelemetryTest {
    /// Loads the engine, as every service does.
    static final class Loading {
        private Loading() {}

        public static void main(String[] arguments) {
            System.out.println(OnnxRuntimeEnvironment.shared());
        }
    }

    @Test
    void leavesNoTraceInTheHomeOfItsUser(@TempDir Path home) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loading.class.getName())
                .inheritIO();
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("ORT_DISABLE_TELEMETRY");

        Process process = builder.start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(home).isEmptyDirectory();
    }
}
