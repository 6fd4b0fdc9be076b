package ai.autoglm.toolkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The toolkit by itself has ONNX Runtime only.
class EnginesTest {
    private final List<String> notes = new ArrayList<>();

    @Test
    void autoSaysInOneSentenceWhyItFallsToTheCpu() {
        try (Engine engine = Engines.open(EngineChoice.AUTO, OnnxRuntimeSettings.shared(), notes::add)) {
            assertThat(engine.name()).isEqualTo("onnxruntime");
        }
        assertThat(notes)
                .containsExactly("Running on the CPU with ONNX Runtime: This installation has no tensorrt engine.");
    }

    @Test
    void whatWasChosenHasNoSubstitute() {
        assertThatThrownBy(() -> Engines.open(EngineChoice.TENSORRT, OnnxRuntimeSettings.shared(), notes::add))
                .isInstanceOf(EngineException.class)
                .hasMessage("This installation has no tensorrt engine.");
        assertThat(notes).isEmpty();
    }

    @Test
    void whoCannotBuildEnginesDoesNotRunThemEither() {
        EngineProvider provider = new EngineProvider() {
            @Override
            public EngineChoice choice() {
                return EngineChoice.TENSORRT;
            }

            @Override
            public List<String> devices() {
                return List.of("a card");
            }

            @Override
            public void requireBuilder() {
                throw new EngineException("There is no parser.");
            }

            @Override
            public Engine open() {
                throw new AssertionError("opened");
            }
        };

        assertThat(Engines.resolveToBuild(EngineChoice.AUTO, notes::add, () -> provider))
                .isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(notes).containsExactly("Running on the CPU with ONNX Runtime: There is no parser.");
        assertThatThrownBy(() -> Engines.resolveToBuild(EngineChoice.TENSORRT, notes::add, () -> provider))
                .hasMessage("There is no parser.");
    }

    @Test
    void onnxRuntimeAsksNobody() {
        assertThat(Engines.resolve(EngineChoice.ONNXRUNTIME, notes::add)).isEqualTo(EngineChoice.ONNXRUNTIME);
        assertThat(notes).isEmpty();
    }
}
