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
import java.util.function.Supplier;

/// Offers TensorRT on the GPU that this process sees.
public final class TensorRtProvider implements EngineProvider {
    private final Supplier<GpuDriver> drivers;
    private final Installation installation;

    /// For [java.util.ServiceLoader].
    public TensorRtProvider() {
        this(GpuDriver::open, Installation.of(System.getenv(), System.getProperty("autoglm.home")));
    }

    TensorRtProvider(Supplier<GpuDriver> drivers, Installation installation) {
        this.drivers = drivers;
        this.installation = installation;
    }

    @Override
    public EngineChoice choice() {
        return EngineChoice.TENSORRT;
    }

    @Override
    public List<String> devices() {
        GpuDriver driver = drivers.get();
        driver.requireRecent();
        TensorRt.requireInstalled(installation.natives(), false);
        return driver.names();
    }

    @Override
    public void requireBuilder() {
        TensorRt.requireBuilder(installation.natives(), drivers.get().architecture());
    }

    @Override
    public Engine open() {
        TensorRt tensorRt = TensorRt.open(installation.natives(), false);
        return new TensorRtEngine(
                tensorRt.gpu(),
                new SignedPlans(tensorRt, installation.store(), tensorRt.gpu()),
                GraphSettings.defaults(),
                new ProcessEnd());
    }
}
