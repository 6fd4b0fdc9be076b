package ai.autoglm.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.autoglm.tensorrt.javacpp.GpuDriver;
import ai.autoglm.toolkit.engine.EngineChoice;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.Engines;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a machine without a driver, as most are that build this.
final class TensorRtProviderTest {
    @BeforeAll
    static void needsAMachineWithoutADriver() {
        assumeFalse(hasDriver(), "there is a driver here");
    }

    private static boolean hasDriver() {
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void autoTakesTheCpuAndSaysWhy() {
        List<String> notes = new ArrayList<>();
        assertThat(Engines.resolve(EngineChoice.AUTO, notes::add)).isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(notes)
                .containsExactly("Running on the CPU with ONNX Runtime: There is no NVIDIA driver on this machine"
                        + " (libcuda.so.1 is missing).");
    }

    @Test
    void tensorRtIsRefusedBeforeAnythingOfItIsLoaded() {
        assertThatThrownBy(() -> Engines.open(EngineChoice.TENSORRT, OnnxRuntimeSettings.shared(), note -> {}))
                .isInstanceOf(EngineException.class)
                .hasMessage("There is no NVIDIA driver on this machine (libcuda.so.1 is missing).");
    }

    @Test
    void aDriverAloneIsNotEnough(@TempDir Path natives) {
        TensorRtProvider provider = new TensorRtProvider(
                () -> new GpuDriver(13_030, List.of("NVIDIA GeForce RTX 4090"), "sm89"),
                Installation.of(Map.of(Installation.NATIVES_VARIABLE, natives.toString()), null));

        assertThatThrownBy(provider::devices)
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("TensorRT's bindings are not in " + natives);
        assertThatThrownBy(provider::requireBuilder)
                .hasMessageStartingWith("TensorRT's bindings are not in " + natives);
    }

    @Test
    void theEnvironmentSaysWhereThingsAre() {
        Installation byDefault = Installation.of(Map.of(), "/opt/checkout");
        Installation named = Installation.of(
                Map.of(Installation.NATIVES_VARIABLE, "/gpu", Installation.PLANS_VARIABLE, "/engines"), null);

        assertThat(byDefault.natives()).isEqualTo(Path.of("/opt/checkout/engine-tensorrt/target/natives"));
        assertThat(byDefault.plans()).isEqualTo(Path.of("/opt/checkout/.autoglm/engines"));
        assertThat(named.natives()).isEqualTo(Path.of("/gpu"));
        assertThat(named.plans()).isEqualTo(Path.of("/engines"));
    }
}
