package ai.autoglm.gateway.backend;

import io.grpc.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/// A backend that has been chosen for a piece of work, which counts as its load until the lease is closed.
public final class BackendLease implements AutoCloseable {
    /// One connection to a backend: a backend that comes back is on another one.
    ///
    /// @param number counts the connections to the same address
    public record Connection(Backend backend, long number) {}

    private final Connection connection;
    private final BackendDescription description;
    private final long work;
    private final AtomicBoolean closed = new AtomicBoolean();

    BackendLease(Connection connection, BackendDescription description, long work) {
        this.connection = connection;
        this.description = description;
        this.work = work;
    }

    /// To open calls on.
    public Channel channel() {
        return connection.backend().channel();
    }

    public Backend backend() {
        return connection.backend();
    }

    public Connection connection() {
        return connection;
    }

    /// What the backend said when it was chosen.
    public BackendDescription description() {
        return description;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.backend().returned(work);
        }
    }
}
