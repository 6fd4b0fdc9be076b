package ai.autoglm.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/bundle-load.sh` pushes images to where the chart looks for them, whatever registry they were built for. The
/// container engine is one that only writes down what it is told.
class BundleLoadTest {
    @TempDir
    private Path packed;

    @Test
    void imagesLoseTheHostThatTheyWereBuiltFor() throws IOException {
        Files.copy(Chart.ROOT.resolve("deploy/bundle-load.sh"), packed.resolve("load.sh"));
        Files.writeString(packed.resolve("autoglm-0.1.0.tgz"), "chart");
        Files.writeString(packed.resolve("images.tar"), "images");
        Files.writeString(packed.resolve("images.txt"), """
                registry.example.com/autoglm/gateway:0.1.0
                builder:5000/autoglm/decoder:0.1.0-gpu
                autoglm/compiler:0.1.0
                plain:0.1.0
                """);
        Path engine = Files.createDirectory(packed.resolve("bin")).resolve("docker");
        Files.writeString(engine, "#!/bin/sh\necho \"$@\" >>calls\n");
        assertThat(engine.toFile().setExecutable(true)).isTrue();

        Program.run(
                        packed,
                        "",
                        List.of(
                                "sh",
                                "-c",
                                "sha256sum images.t* >SHA256SUMS"
                                        + " && PATH=$PWD/bin:$PATH sh load.sh --registry site.example.com"))
                .requireSuccess();

        assertThat(Files.readAllLines(packed.resolve("calls")))
                .filteredOn(call -> call.startsWith("push "))
                .containsExactly(
                        "push site.example.com/autoglm/gateway:0.1.0",
                        "push site.example.com/autoglm/decoder:0.1.0-gpu",
                        "push site.example.com/autoglm/compiler:0.1.0",
                        "push site.example.com/plain:0.1.0");
    }
}
