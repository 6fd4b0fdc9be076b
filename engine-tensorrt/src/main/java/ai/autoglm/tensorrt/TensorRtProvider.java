package ai.autoglm.tensorrt;

import ai.autoglm.tensorrt.javacpp.GpuDriver;
import ai.autoglm.tensorrt.javacpp.TensorRt;
import ai.autoglm.tensorrt.plan.SignedPlans;
import ai.autoglm.tensorrt.runtime.GraphSettings;
import ai.autoglm.tensorrt.runtime.ProcessEnd;
import ai.autoglm.tensorrt.runtime.TensorRtEngine;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.EngineChoice;
import ai.autoglm.toolkit.engine.EngineProvider;
import java.util.List;

/// Offers TensorRT on the GPU that this process sees.
public final class TensorRtProvider implements EngineProvider {
    @Override
    public EngineChoice choice() {
        return EngineChoice.TENSORRT;
    }

    @Override
    public List<String> devices() {
        GpuDriver driver = GpuDriver.open();
        driver.requireRecent();
        return driver.names();
    }

    @Override
    public Engine open() {
        Installation installation = Installation.of(System.getenv(), System.getProperty("autoglm.home"));
        TensorRt tensorRt = TensorRt.open(installation.natives(), false);
        return new TensorRtEngine(
                tensorRt.gpu(),
                new SignedPlans(tensorRt, installation.store(), tensorRt.gpu()),
                GraphSettings.defaults(),
                new ProcessEnd());
    }
}
