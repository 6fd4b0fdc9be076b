package ai.autoglm.toolkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    void leavesABundleAloneThatIsNotToChange() throws IOException {
        String checkpoint = ROOT + "/model-toolkit/src/test/resources/checkpoints/llama-tied";
        Path manifest = directory.resolve("b/bundle.json");
        run("compile", "--if-changed", checkpoint, directory + "/b");
        Object made = Files.readAttributes(manifest, BasicFileAttributes.class).fileKey();

        assertThat(run("compile", "--if-changed", checkpoint, directory + "/b")).isZero();
        assertThat(Files.readAttributes(manifest, BasicFileAttributes.class).fileKey())
                .isEqualTo(made);
        assertThat(run("compile", "--if-changed", "--content-format", "string", checkpoint, directory + "/b"))
                .isZero();
        assertThat(Files.readAttributes(manifest, BasicFileAttributes.class).fileKey())
                .isNotEqualTo(made);
        assertThat(out.toString().lines()).hasSize(3).allMatch(line -> line.startsWith("There is "));
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
    void aPrecisionThatDoesNotExistIsOneSentence() {
        assertThat(run("compile", "a", "b", "--precision", "fp8")).isEqualTo(2);

        assertThat(err.toString())
                .contains("expected one of [fp32, int8, int4, fp16, bf16, int4-fp16]")
                .contains("fp8");
    }

    @Test
    void anEngineThatCannotRunIsOneSentence() {
        assertThat(run("serve", "--engine", "tensorrt", "--model", ROOT + "/models/autoglm-phone-mini"))
                .isEqualTo(1);

        assertThat(err.toString()).isEqualToIgnoringNewLines("autoglm: This installation has no tensorrt engine.");
    }

    @Test
    void makesAKeyAndTheLineThatAdmitsIt() throws NoSuchAlgorithmException {
        assertThat(run("key", "phone-lab")).isZero();

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.getFirst()).matches("key:  sk-[A-Za-z0-9_-]{43}");
        String key = lines.getFirst().substring("key:  ".length());
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        assertThat(lines.getLast())
                .isEqualTo("line: phone-lab:" + HexFormat.of().formatHex(digest));
    }

    @Test
    void aKeyIsNeverMadeTwice() {
        run("key");
        run("key");

        assertThat(out.toString().lines().distinct()).hasSize(4);
    }

    @Test
    void aKeysLineSaysWhatItMayDo() {
        assertThat(run(
                        "key",
                        "phone-lab",
                        "--concurrency=4",
                        "--requests-per-minute=60",
                        "--tokens-per-minute=100000",
                        "--priority=20",
                        "--models=autoglm-phone-9b,phone"))
                .isZero();
        assertThat(out.toString())
                .containsPattern("line: phone-lab:[0-9a-f]{64} concurrency=4 requests-per-minute=60"
                        + " tokens-per-minute=100000 priority=20 models=autoglm-phone-9b,phone\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--concurrency=0", "--tokens-per-minute=-1", "--priority=101", "--models=a b"})
    void aKeysLimitThatCannotWorkIsOneSentence(String option) {
        assertThat(run("key", "phone-lab", option)).isEqualTo(1);
        assertThat(err.toString())
                .contains(option.substring(0, option.indexOf('=')))
                .doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aKeyWithANameThatNoFileCouldHoldIsOneSentence() {
        assertThat(run("key", "phone lab:1")).isEqualTo(1);

        assertThat(err.toString()).contains("The name of a key").hasLineCount(1);
    }

    @Test
    void aCertificateWithoutItsKeyIsOneSentence() {
        String model = ROOT + "/model-toolkit/src/test/resources/checkpoints/llama-tied";
        assertThat(run("serve", "--model", model, "--tls-certificate", directory + "/tls.crt"))
                .isEqualTo(1);

        assertThat(err.toString()).contains("--tls-certificate and --tls-key go together");
    }

    @Test
    void anInspectedFolderThatIsNoBundleIsOneSentence() {
        assertThat(run("inspect", directory.toString())).isEqualTo(1);

        assertThat(err.toString()).contains("is no model bundle").hasLineCount(1);
    }

    @Test
    void aBundleIsProvisionedUnderTheIdThatWasPrinted() {
        String checkpoint = ROOT + "/model-toolkit/src/test/resources/checkpoints/llama-tied";
        assertThat(run("bundle-id", checkpoint)).isZero();
        String id = out.toString().strip();

        assertThat(run("provision", directory + "/b", "--bundle-id", id, "--checkpoint", checkpoint))
                .isZero();
        assertThat(run("await-bundle", directory + "/b", "--bundle-id", id.substring(0, 8), "--timeout", "1s"))
                .isZero();
        assertThat(run("await-bundle", directory + "/b", "--bundle-id", "00000000", "--timeout", "1s"))
                .isEqualTo(1);

        assertThat(err.toString()).contains(id + ", and 00000000 was asked for");
    }

    @Test
    void aProvisionWithoutASourceIsOneSentence() {
        assertThat(run("provision", directory + "/b", "--bundle-id", "00000000"))
                .isEqualTo(2);
        assertThat(run("await-bundle", directory + "/b", "--bundle-id", "00000000", "--timeout", "soon"))
                .isEqualTo(2);

        assertThat(err.toString()).contains("--checkpoint").contains("'soon' is no duration such as 30s, 5m or 2h");
    }
}
