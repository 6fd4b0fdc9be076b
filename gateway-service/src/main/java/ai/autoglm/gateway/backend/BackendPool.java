package ai.autoglm.gateway.backend;

import ai.autoglm.gateway.discovery.BackendAddress;
import ai.autoglm.gateway.discovery.DiscoveredEndpoint;
import ai.autoglm.proto.error.WireErrors;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Context;
import io.grpc.Contexts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/// The backends of one kind, whichever bundles they serve. [BackendChoice] says which of them takes a piece of
/// work.
public final class BackendPool implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BackendPool.class);
    /// How soon a request that waits notices that its client has left.
    private static final Duration SLICE = Duration.ofMillis(250);

    private final BackendKind kind;
    private final BackendsConfig config;
    private final ChannelSecurity security;
    private final RoutingMetrics metrics;
    private final Duration recoveryWait;
    private final boolean wakes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<BackendAddress, Backend> backends = new HashMap<>(); // guarded by the lock
    private final List<Backend> leaving = new ArrayList<>(); // guarded by the lock
    /// Those of other bundles that the log has told of, with the connection that it told of. Guarded by the lock.
    private final Map<Backend, BackendLease.Connection> strangers = new HashMap<>();
    private Map<String, String> served = Map.of(); // model by bundle, guarded by the lock

    BackendPool(BackendKind kind, BackendsConfig config, ChannelSecurity security, RoutingMetrics metrics) {
        this.kind = kind;
        this.config = config;
        this.security = security;
        this.metrics = metrics;
        this.recoveryWait = config.recoveryWait();
        this.wakes = kind != BackendKind.DECODER && config.encoderWakeTimeout().isPositive();
        watch(BackendDescription.UNKNOWN.bundleId());
    }

    BackendKind kind() {
        return kind;
    }

    /// The backend for a piece of work. Where none is there, waits a moment for one that was lost just now.
    ///
    /// @throws ServingException BACKEND_UNAVAILABLE when none can be reached; BUNDLE_MISMATCH or
    ///     INVALID_CONFIGURATION when those that can be reached do not fit; CLIENT_CLOSED_REQUEST or
    ///     TIMEOUT when the current gRPC context ends while it waits
    public BackendLease choose(BackendRequest request) {
        lock.lock();
        try {
            Optional<BackendLease> lease = lease(request);
            if (lease.isEmpty()) {
                backends.values().forEach(Backend::reconnect);
                lease = await(request);
            }
            return lease.orElseThrow(() -> whyNone(request));
        } finally {
            lock.unlock();
        }
    }

    /// Whether a piece of work would find a backend now.
    public boolean has(BackendRequest request) {
        lock.lock();
        try {
            return !candidates(request).isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Whether requests for a bundle would find a backend now, or wait for one that they wake.
    boolean isServed(String bundleId) {
        return wakes || isReady(bundleId);
    }

    /// Whether requests for a bundle would find a backend now.
    public boolean isReady(String bundleId) {
        return readyCount(bundleId) > 0;
    }

    /// Backends that would take requests for a bundle now.
    int readyCount(String bundleId) {
        lock.lock();
        try {
            return (int) backends.values().stream()
                    .filter(backend -> serving(backend, bundleId).isPresent())
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /// The least context length of the decoders that serve a bundle; empty when there is none.
    public Optional<Integer> maxModelLen(String bundleId) {
        lock.lock();
        try {
            return backends.values().stream()
                    .flatMap(backend -> serving(backend, bundleId).stream())
                    .map(BackendDescription::maxModelLen)
                    .min(Comparator.naturalOrder());
        } finally {
            lock.unlock();
        }
    }

    /// Says which bundles with a part for this kind the gateway serves, and under which names: a backend of another one
    /// is no error, but worth a line in the log.
    void serve(Map<String, String> models) {
        lock.lock();
        try {
            served = Map.copyOf(models);
            strangers.clear();
            metrics.forgetBackends(kind.serviceName());
            watch(BackendDescription.UNKNOWN.bundleId());
            served.keySet().forEach(this::watch);
        } finally {
            lock.unlock();
        }
        changed();
    }

    /// Takes over what discovery has found. Backends that are gone finish what they have.
    void update(Set<DiscoveredEndpoint> endpoints) {
        lock.lock();
        try {
            Map<BackendAddress, Backend> gone = new HashMap<>(backends);
            for (DiscoveredEndpoint endpoint : endpoints) {
                gone.remove(endpoint.address());
                backends.computeIfAbsent(endpoint.address(), this::connect).takeWork(endpoint.takesWork());
            }
            backends.keySet().removeAll(gone.keySet());
            strangers.keySet().removeAll(gone.values());
            leaving.addAll(gone.values());
            gone.values().forEach(Backend::retire);
        } finally {
            lock.unlock();
        }
        changed();
    }

    /// Looks after every connection.
    void tick() {
        connected().forEach(Backend::tick);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            backends.values().forEach(Backend::close);
            leaving.forEach(Backend::close);
        } finally {
            lock.unlock();
        }
    }

    static ServingException unavailable(BackendKind kind) {
        return new ServingException(
                ErrorCode.BACKEND_UNAVAILABLE, "The " + kind.label() + " cannot be reached right now.");
    }

    private Backend connect(BackendAddress address) {
        return new Backend(kind, address, config, security, new Backend.Listener() {
            @Override
            public void changed() {
                BackendPool.this.changed();
            }

            @Override
            public void ejected(Ejection reason) {
                metrics.ejected(kind.serviceName(), reason.label());
            }
        });
    }

    private Optional<BackendLease> lease(BackendRequest request) {
        List<Backend> candidates = candidates(request);
        while (!candidates.isEmpty()) {
            Optional<BackendLease> lease =
                    BackendChoice.of(candidates, request.key(), request.work()).lease(request.work());
            if (lease.isPresent()) {
                return lease;
            }
            // One that was lost just now is no candidate any more.
            candidates = candidates(request);
        }
        return Optional.empty();
    }

    /// Those that want work, else those that still take it although they are about to end.
    private List<Backend> candidates(BackendRequest request) {
        List<Backend> serving = backends.values().stream()
                .filter(backend -> serving(backend, request.bundleId())
                        .filter(description -> description.maxModelLen() >= request.minModelLen())
                        .isPresent())
                .filter(backend -> !request.excluded().contains(backend.connection()))
                .toList();
        List<Backend> wanting =
                serving.stream().filter(backend -> !backend.isDraining()).toList();
        return wanting.isEmpty() && !request.lasting() ? serving : wanting;
    }

    /// What a backend says of itself that takes requests for a bundle. Its state may change at any time.
    private static Optional<BackendDescription> serving(Backend backend, String bundleId) {
        return backend.takesWork()
                        && backend.state() instanceof BackendState.Ready(BackendDescription description)
                        && description.bundleId().equals(bundleId)
                ? Optional.of(description)
                : Optional.empty();
    }

    private static BackendDescription description(Backend backend) {
        return switch (backend.state()) {
            case BackendState.Ready(BackendDescription description) -> description;
            case BackendState.Ejected ejected -> ejected.description();
            case BackendState.Disconnected _, BackendState.Unusable _ -> BackendDescription.UNKNOWN;
        };
    }

    private Optional<BackendLease> await(BackendRequest request) {
        try {
            Optional<BackendLease> lease = Optional.empty();
            long start = System.nanoTime();
            long nanosLeft = nanosLeft(start);
            while (lease.isEmpty() && nanosLeft > 0) {
                requireCaller();
                var _ = changed.awaitNanos(Math.min(nanosLeft, SLICE.toNanos()));
                lease = lease(request);
                nanosLeft = nanosLeft(start);
            }
            return lease;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void requireCaller() {
        Context context = Context.current();
        if (context.isCancelled()) {
            throw WireErrors.fromStatus(Contexts.statusFromCancelled(context).asRuntimeException(), kind.label());
        }
    }

    /// How much longer a request waits that came at `start`: for a backend that was lost, or for one to wake.
    private long nanosLeft(long start) {
        long recovery = recoveryNanosLeft().orElse(0);
        boolean hopeless = !backends.isEmpty()
                && backends.values().stream().allMatch(backend -> backend.state() instanceof BackendState.Unusable);
        if (!wakes || hopeless) {
            return recovery;
        }
        long wake = config.encoderWakeTimeout().plus(recoveryWait).toNanos() - (System.nanoTime() - start);
        return Math.max(recovery, wake);
    }

    /// How much longer the backend that was lost last may come back; empty where none is missed.
    private OptionalLong recoveryNanosLeft() {
        long now = System.nanoTime();
        return backends.values().stream()
                .filter(Backend::takesWork)
                .mapToLong(backend -> switch (backend.state()) {
                    case BackendState.Disconnected(long since) -> recoveryWait.toNanos() - (now - since);
                    case BackendState.Ejected ejected -> recoveryWait.toNanos() - (now - ejected.sinceNanos());
                    case BackendState.Ready _, BackendState.Unusable _ -> 0;
                })
                .max();
    }

    /// Those that do not fit are the reason only where none is missing that may come back.
    private ServingException whyNone(BackendRequest request) {
        if (backends.values().stream().anyMatch(BackendPool::isMissing)) {
            return unavailable(kind);
        }
        for (Backend backend : backends.values()) {
            switch (backend.state()) {
                case BackendState.Unusable(ServingException reason) -> {
                    return reason;
                }
                case BackendState.Ready(BackendDescription description)
                when !description.bundleId().equals(request.bundleId()) -> {
                    return description.mismatch(kind, request.bundleId());
                }
                case BackendState.Ready _, BackendState.Ejected _, BackendState.Disconnected _ -> {}
            }
        }
        return unavailable(kind);
    }

    private static boolean isMissing(Backend backend) {
        return switch (backend.state()) {
            case BackendState.Disconnected _, BackendState.Ejected _ -> true;
            case BackendState.Ready _, BackendState.Unusable _ -> false;
        };
    }

    private void changed() {
        lock.lock();
        try {
            backends.values().forEach(backend -> watch(description(backend).bundleId()));
            backends.values().forEach(this::noticeStranger);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void noticeStranger(Backend backend) {
        if (backend.state() instanceof BackendState.Ready(BackendDescription description)
                && !served.containsKey(description.bundleId())
                && !served.isEmpty()
                && !backend.connection().equals(strangers.put(backend, backend.connection()))) {
            LOG.errorf(
                    "The %s at %s serves bundle %s, which this gateway does not.",
                    kind.label(), backend.address(), BackendDescription.abbreviated(description.bundleId()));
        }
    }

    private void watch(String bundleId) {
        String bundle = BackendDescription.abbreviated(bundleId);
        String model = served.getOrDefault(bundleId, "none");
        for (String state : BackendLabels.STATES) {
            metrics.watchBackends(kind.serviceName(), state, model, bundle, () -> count(state, bundle));
        }
    }

    private int count(String state, String bundle) {
        return (int) connected().stream()
                .filter(backend -> BackendLabels.state(backend).equals(state)
                        && bundle(backend).equals(bundle))
                .count();
    }

    /// Those that discovery knows, and those that still have something to finish.
    private List<Backend> connected() {
        lock.lock();
        try {
            leaving.removeIf(Backend::isGone);
            List<Backend> all = new ArrayList<>(backends.values());
            all.addAll(leaving);
            return all;
        } finally {
            lock.unlock();
        }
    }

    private static String bundle(Backend backend) {
        return BackendDescription.abbreviated(description(backend).bundleId());
    }
}
