package ai.autoglm.gateway.backend;

import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The backends of one kind. A request goes to the one that ranks first for its key among those that
/// are ready, so that the same content finds the same cache again and a lost backend moves only its own
/// keys (rendezvous hashing).
public final class BackendPool implements AutoCloseable {
    private final BackendKind kind;
    private final Duration patience;
    private final boolean wakes;
    private final List<Backend> backends;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    BackendPool(
            BackendKind kind,
            List<String> addresses,
            String bundleId,
            BackendsConfig config,
            ChannelSecurity security) {
        this.kind = kind;
        this.wakes = kind != BackendKind.DECODER && config.encoderWakeTimeout().isPositive();
        this.patience = wakes ? config.encoderWakeTimeout().plus(config.recoveryWait()) : config.recoveryWait();
        this.backends = addresses.stream()
                .map(BackendAddress::parse)
                .map(address -> new Backend(kind, address, bundleId, config, security, this::signalChange))
                .toList();
    }

    /// The backend for a request. Where none is ready, waits a moment for one to come back.
    ///
    /// @param key what decides between backends, such as the hash of the content
    /// @throws ServingException BACKEND_UNAVAILABLE when none can be reached; BUNDLE_MISMATCH or
    ///     INVALID_CONFIGURATION when those that can be reached do not fit
    public Backend choose(ByteString key) {
        List<Backend> ranked = backends.stream()
                .sorted(Comparator.comparing(backend -> score(backend.address(), key)))
                .toList();
        return firstReady(ranked).or(() -> awaitReady(ranked)).orElseThrow(this::whyNone);
    }

    /// Whether a request would find a backend now, or wait for one that it wakes.
    public boolean isServed() {
        return wakes || isReady();
    }

    /// Whether a request would find a backend now.
    public boolean isReady() {
        return firstReady(backends).isPresent();
    }

    /// The least of the ready decoders' context lengths; empty when none is ready.
    public Optional<Integer> maxModelLen() {
        return backends.stream()
                .map(Backend::state)
                .filter(Backend.State.Ready.class::isInstance)
                .map(state -> ((Backend.State.Ready) state).description().maxModelLen())
                .min(Comparator.naturalOrder());
    }

    void reconnect() {
        backends.forEach(Backend::reconnect);
    }

    @Override
    public void close() {
        backends.forEach(Backend::close);
    }

    static ServingException unavailable(BackendKind kind) {
        return new ServingException(
                ErrorCode.BACKEND_UNAVAILABLE, "The " + kind.label() + " cannot be reached right now.");
    }

    private Optional<Backend> awaitReady(List<Backend> ranked) {
        long nanosLeft = patience.toNanos();
        lock.lock();
        try {
            reconnect();
            Optional<Backend> ready = firstReady(ranked);
            while (ready.isEmpty() && nanosLeft > 0 && !allUnusable()) {
                nanosLeft = changed.awaitNanos(nanosLeft);
                ready = firstReady(ranked);
            }
            return ready;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private static Optional<Backend> firstReady(List<Backend> ranked) {
        return ranked.stream()
                .filter(backend -> backend.state() instanceof Backend.State.Ready)
                .findFirst();
    }

    private boolean allUnusable() {
        return backends.stream().allMatch(backend -> backend.state() instanceof Backend.State.Unusable);
    }

    private ServingException whyNone() {
        for (Backend backend : backends) {
            if (backend.state() instanceof Backend.State.Unusable(ServingException reason)) {
                return reason;
            }
        }
        return unavailable(kind);
    }

    private void signalChange() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The rank of a backend for a key: the lowest comes first.
    static ByteBuffer score(BackendAddress address, ByteString key) {
        MessageDigest digest = Sha256.begin();
        digest.update(address.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(key.asReadOnlyByteBuffer());
        return ByteBuffer.wrap(digest.digest());
    }
}
