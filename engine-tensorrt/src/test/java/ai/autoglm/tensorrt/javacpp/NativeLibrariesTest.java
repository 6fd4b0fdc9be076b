package ai.autoglm.tensorrt.javacpp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibrariesTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutTheBindingsSaysHowToGetThem() {
        assertThatThrownBy(() -> NativeLibraries.load(folder, true))
                .isInstanceOf(EngineException.class)
                .hasMessage("TensorRT's bindings are not in " + folder + ": there is no libjnijavacpp.so;"
                        + " './mvnw -Pgpu package' puts them there, and GPU images have them.");
    }

    @Test
    void kernelsThatTheBuilderWouldMissAreNamed() {
        assertThatThrownBy(() -> NativeLibraries.requireBuilderResource("sm89", "11.2.1"))
                .isInstanceOf(EngineException.class)
                .hasMessage("TensorRT cannot build engines for this GPU: there is no"
                        + " libnvinfer_builder_resource_sm89.so.11.2.1.");
    }

    @Test
    void aLibraryThatCannotBeLoadedIsOneSentence() throws IOException {
        Files.writeString(folder.resolve("libjnijavacpp.so"), "no library");

        assertThatThrownBy(() -> NativeLibraries.load(folder, false))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("TensorRT cannot be loaded: ");
    }
}
