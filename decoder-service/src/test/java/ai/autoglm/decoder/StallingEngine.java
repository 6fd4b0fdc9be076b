package ai.autoglm.decoder;

import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.engine.Target;
import ai.autoglm.toolkit.engine.Tensor;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/// An engine whose runs do not come back while a test says so.
public final class StallingEngine implements Engine {
    private final Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());
    private final Semaphore stalledRuns = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /// From now on no run comes back.
    public void stall() {
        gate = new CountDownLatch(1);
    }

    /// Waits until a run has begun that does not come back.
    public void awaitStalledRun() {
        stalledRuns.acquireUninterruptibly();
    }

    /// All runs come back.
    public void goOn() {
        gate.countDown();
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public Target target() {
        return engine.target();
    }

    @Override
    public ModelSession open(ModelPart part) {
        ModelSession session = engine.open(part);
        return new ModelSession() {
            @Override
            public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
                if (gate.getCount() > 0) {
                    stalledRuns.release();
                    awaitGate();
                }
                session.run(inputs, outputs);
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    @Override
    public void close() {
        engine.close();
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
