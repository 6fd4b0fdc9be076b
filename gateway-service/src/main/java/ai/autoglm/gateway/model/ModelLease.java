package ai.autoglm.gateway.model;

import java.util.concurrent.atomic.AtomicBoolean;

/// The model that a request was assigned to, which stays open until the lease is closed.
public final class ModelLease implements AutoCloseable {
    private final LoadedModel model;
    private final AtomicBoolean closed = new AtomicBoolean();

    ModelLease(LoadedModel model) {
        this.model = model;
    }

    public LoadedModel model() {
        return model;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            model.release();
        }
    }
}
