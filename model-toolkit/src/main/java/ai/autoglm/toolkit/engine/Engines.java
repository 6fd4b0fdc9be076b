package ai.autoglm.toolkit.engine;

import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Opens the engine that was chosen.
public final class Engines {
    private Engines() {}

    /// @param note told in one sentence why [EngineChoice#AUTO] fell to ONNX Runtime
    /// @throws EngineException with one sentence when the chosen engine cannot run here
    public static Engine open(EngineChoice choice, OnnxRuntimeSettings settings, Consumer<String> note) {
        return switch (resolve(choice, note)) {
            case TENSORRT -> provider(EngineChoice.TENSORRT).open();
            case AUTO, ONNXRUNTIME -> new OnnxRuntimeEngine(settings);
        };
    }

    /// What a choice means on this machine: never [EngineChoice#AUTO].
    ///
    /// @throws EngineException with one sentence when it is TensorRT and nothing is there to run on
    public static EngineChoice resolve(EngineChoice choice, Consumer<String> note) {
        return resolve(choice, note, () -> devices(EngineChoice.TENSORRT));
    }

    /// As [#resolve], where engines are built before they run.
    public static EngineChoice resolveToBuild(EngineChoice choice, Consumer<String> note) {
        return resolveToBuild(choice, note, () -> provider(EngineChoice.TENSORRT));
    }

    static EngineChoice resolveToBuild(EngineChoice choice, Consumer<String> note, Supplier<EngineProvider> tensorRt) {
        return resolve(choice, note, () -> {
            EngineProvider provider = tensorRt.get();
            provider.devices();
            provider.requireBuilder();
        });
    }

    private static EngineChoice resolve(EngineChoice choice, Consumer<String> note, Runnable requireTensorRt) {
        if (choice == EngineChoice.ONNXRUNTIME) {
            return choice;
        }
        try {
            requireTensorRt.run();
            return EngineChoice.TENSORRT;
        } catch (EngineException e) {
            if (choice == EngineChoice.TENSORRT) {
                throw e;
            }
            note.accept("Running on the CPU with ONNX Runtime: " + e.getMessage());
            return EngineChoice.ONNXRUNTIME;
        }
    }

    /// Names of the devices that an engine would run on.
    ///
    /// @throws EngineException with one sentence when there are none
    public static List<String> devices(EngineChoice choice) {
        return provider(choice).devices();
    }

    private static EngineProvider provider(EngineChoice choice) {
        return ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.choice() == choice)
                .findFirst()
                .orElseThrow(() -> new EngineException("This installation has no " + choice + " engine."));
    }
}
