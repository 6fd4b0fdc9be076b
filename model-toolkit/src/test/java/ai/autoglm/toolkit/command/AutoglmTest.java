package ai.autoglm.toolkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AutoglmTest {
    private static final String ROOT = System.getProperty("autoglm.root");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command = Autoglm.commandLine();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    @Test
    void compilesAndInspects() {
        String checkpoint = ROOT + "/model-toolkit/src/test/resources/checkpoints/llama-tied";

        assertThat(run("compile", checkpoint, directory + "/b", "--content-format", "string"))
                .isZero();
        assertThat(run("inspect", directory + "/b")).isZero();

        assertThat(out.toString())
                .contains("content format string")
                .contains("3 layers")
                .contains("vision         none");
    }

    @Test
    void aMissingCheckpointIsOneSentence() {
        assertThat(run("compile", directory + "/none", directory + "/b")).isEqualTo(1);

        assertThat(err.toString())
                .startsWith("autoglm: ")
                .contains("no config.json")
                .hasLineCount(1);
    }

    @Test
    void onlyFp32IsOfferedForNow() {
        assertThat(run("compile", "a", "b", "--precision", "fp16")).isEqualTo(2);

        assertThat(err.toString())
                .containsIgnoringCase("expected one of [fp32]")
                .contains("fp16");
    }

    @Test
    void anInspectedFolderThatIsNoBundleIsOneSentence() {
        assertThat(run("inspect", directory.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("is no model bundle").hasLineCount(1);
    }
}
