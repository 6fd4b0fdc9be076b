package ai.autoglm.toolkit.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCompilerTest {
    @TempDir
    private Path directory;

    private final List<String> steps = new ArrayList<>();
    private final BundleCompiler compiler = new BundleCompiler(CompileOptions.defaults(), new CompileProgress() {
        @Override
        public void begin(String step, long totalBytes) {
            steps.add(step);
        }

        @Override
        public void advance(long bytes) {}
    });

    @Test
    void compilesOnceForTheSameCheckpoint() throws IOException {
        Path checkpoint = copyOfLlama();
        Bundle first = compiler.compileIfChanged(checkpoint, bundle());
        steps.clear();

        Bundle second = compiler.compileIfChanged(checkpoint, bundle());

        assertThat(second).isEqualTo(first);
        assertThat(steps).isEmpty();
    }

    @Test
    void aTouchedFileIsHashedButNotCompiledAgain() throws IOException {
        Path checkpoint = copyOfLlama();
        compiler.compileIfChanged(checkpoint, bundle());
        steps.clear();
        Files.setLastModifiedTime(checkpoint.resolve("config.json"), FileTime.fromMillis(1));

        compiler.compileIfChanged(checkpoint, bundle());

        assertThat(steps).containsExactly("checksum");
    }

    @Test
    void changedWeightsGetANewBundle() throws IOException {
        Path checkpoint = copyOfLlama();
        Bundle first = compiler.compileIfChanged(checkpoint, bundle());
        Path weights = checkpoint.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        Bundle second = compiler.compileIfChanged(checkpoint, bundle());

        assertThat(second.manifest().bundleId()).isNotEqualTo(first.manifest().bundleId());
        assertThat(steps).contains("decoder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"decoder.onnx.data", "decoder.onnx", "embed-tokens.bin", "tokenizer.json"})
    void aBundleThatLacksAFileIsCompiledAgain(String file) throws IOException {
        Path checkpoint = copyOfLlama();
        compiler.compileIfChanged(checkpoint, bundle());
        Files.delete(bundle().resolve(file));

        compiler.compileIfChanged(checkpoint, bundle());

        assertThat(bundle().resolve(file)).isRegularFile();
    }

    @Test
    void weightsCountWhateverTheirFileIsCalled() throws IOException {
        Path checkpoint = copyOfLlama();
        Path weights = Files.createDirectory(checkpoint.resolve("parts")).resolve("weights.safetensors");
        Files.move(checkpoint.resolve("model.safetensors"), weights);
        Files.writeString(
                checkpoint.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"any\":\"parts/weights.safetensors\"}}");
        String before = compiler.bundleId(checkpoint);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        assertThat(compiler.bundleId(checkpoint)).isNotEqualTo(before);
    }

    @Test
    void aCheckpointOfPickledWeightsIsRefusedUnread() throws IOException {
        Path checkpoint = copyOfLlama();
        Files.move(checkpoint.resolve("model.safetensors"), checkpoint.resolve("pytorch_model.bin"));

        assertThatThrownBy(() -> compiler.compile(checkpoint, bundle()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("model.safetensors");
        assertThat(bundle()).doesNotExist();
    }

    @Test
    void optionsArePartOfTheIdentity() {
        String parts = ManifestBuilder.bundleId(CompileOptions.defaults(), "abc");
        String string = ManifestBuilder.bundleId(new CompileOptions(Precision.FP32, ContentFormat.STRING), "abc");

        assertThat(parts).isNotEqualTo(string).hasSize(64);
    }

    @Test
    void sectionsThatDoNotFitTheRotaryWidthAreExplained() throws IOException {
        Path checkpoint = TestFiles.copyOfCheckpoint(directory, "glm4v-flat");
        Path config = checkpoint.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"partial_rotary_factor\": 0.5", "\"unrelated\": 0.5"));

        assertThatThrownBy(() -> compiler.compile(checkpoint, bundle()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("mrope_section [1, 1, 2] sums to 4")
                .hasMessageContaining("partial_rotary_factor");
    }

    @Test
    void aFailedCompilationLeavesTheOldBundleAndNothingElse() throws IOException {
        Path checkpoint = copyOfLlama();
        compiler.compile(checkpoint, bundle());
        Path config = checkpoint.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"intermediate_size\": 160", "\"intermediate_size\": 161"));

        assertThatThrownBy(() -> compiler.compile(checkpoint, bundle()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("shape [160, 72]")
                .hasMessageContaining("[161, 72]");

        assertThat(Bundle.open(bundle()).manifest().decoder().hiddenSize()).isEqualTo(72);
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder("llama-tied", "bundle");
        }
    }

    @Test
    void whatAnInterruptedCompilationLeftIsRemovedAndWhatIsUnderWayStays() throws IOException {
        Path leftover = Files.createDirectories(directory.resolve("bundle.compiling-0/new"));
        Files.writeString(leftover.resolve("decoder.onnx.data"), "half");

        try (BundleDirectory other = BundleDirectory.create(bundle())) {
            compiler.compile(copyOfLlama(), bundle());

            assertThat(other.staging()).isEmptyDirectory();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder("llama-tied", "bundle");
        }
    }

    @Test
    void theOldBundleLeavesItsPlaceWholeBeforeTheNewOneComes() throws IOException {
        compiler.compile(copyOfLlama(), bundle());

        try (BundleDirectory place = BundleDirectory.create(bundle())) {
            assertThatThrownBy(() -> place.publish(directory.resolve("nowhere")))
                    .isInstanceOf(IOException.class);

            assertThat(bundle()).doesNotExist();
            assertThat(Bundle.open(place.staging().resolveSibling("old")).isWhole())
                    .isTrue();
        }
    }

    @Test
    void aFolderOfTheUsersOwnIsNeverReplaced() throws IOException {
        Files.createDirectories(bundle());
        Files.writeString(bundle().resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> compiler.compile(copyOfLlama(), bundle()))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining("is no bundle");
        assertThat(bundle().resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void aBundleOfAnotherFormatIsRefused() throws IOException {
        compiler.compile(copyOfLlama(), bundle());
        Path manifest = bundle().resolve("bundle.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("\"formatVersion\" : " + BundleManifest.FORMAT_VERSION, "\"formatVersion\" : 99"));

        assertThatThrownBy(() -> Bundle.open(bundle())).hasMessageContaining("bundle format 99");
    }

    private Path bundle() {
        return directory.resolve("bundle");
    }

    private Path copyOfLlama() throws IOException {
        return TestFiles.copyOfCheckpoint(directory, "llama-tied");
    }
}
