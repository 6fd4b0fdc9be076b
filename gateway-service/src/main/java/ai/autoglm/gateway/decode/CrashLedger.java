package ai.autoglm.gateway.decode;

import ai.autoglm.gateway.backend.BackendLease;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.protobuf.ByteString;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// Which generations were under way when decoders crashed. One that was in two crashes is refused for a while: a
/// request that brings a decoder down must not be handed from one to the next until none is left. One that comes
/// to its end is cleared, so that those that only happened to be there are not held responsible.
@Singleton
final class CrashLedger {
    /// A decoder's crash, or a fault of its engine; a request that several clients sent alike is in it once.
    ///
    /// @param faultNanos when the engine failed, as the clock tells it; empty where the connection was lost
    private record Crash(BackendLease.Connection connection, OptionalLong faultNanos) {
        boolean isSame(Crash other) {
            return connection.equals(other.connection)
                    && faultNanos.isPresent() == other.faultNanos.isPresent()
                    && Math.abs(faultNanos.orElse(0) - other.faultNanos.orElse(0)) < FAULT_SPAN.toNanos();
        }
    }

    private static final Logger LOG = Logger.getLogger(CrashLedger.class);
    private static final int CRASH_LIMIT = 2;
    private static final int MAX_SUSPECTS = 10_000;
    /// Faults of an engine on one connection that are closer together than this are one: it fails all of a batch.
    private static final Duration FAULT_SPAN = Duration.ofSeconds(2);

    private final Duration refusalTime;
    private final RoutingMetrics metrics;
    private final Ticker clock;
    private final Cache<ByteString, List<Crash>> suspects;

    @Inject
    CrashLedger(DecodeConfig config, RoutingMetrics metrics) {
        this(config.refusalTime(), metrics, Ticker.systemTicker());
    }

    CrashLedger(Duration refusalTime, RoutingMetrics metrics, Ticker clock) {
        this.refusalTime = refusalTime;
        this.metrics = metrics;
        this.clock = clock;
        this.suspects = Caffeine.newBuilder()
                .maximumSize(MAX_SUSPECTS)
                .expireAfterWrite(refusalTime)
                .ticker(clock)
                .executor(Runnable::run)
                .build();
    }

    /// Refuses a generation that was in too many crashes.
    ///
    /// @throws ServingException QUARANTINED
    void requireHarmless(ByteString fingerprint) {
        List<Crash> crashes = suspects.getIfPresent(fingerprint);
        if (crashes != null && crashes.size() >= CRASH_LIMIT) {
            metrics.refusedFingerprint();
            throw refusal();
        }
    }

    /// A decoder's connection was lost while the generation was under way there.
    ///
    /// @throws ServingException QUARANTINED when it was one too many
    void connectionLost(ByteString fingerprint, BackendLease.Connection connection) {
        add(fingerprint, new Crash(connection, OptionalLong.empty()));
    }

    /// A decoder's engine failed or hung while the generation was under way there.
    ///
    /// @throws ServingException QUARANTINED when it was one too many
    void engineFailed(ByteString fingerprint, BackendLease.Connection connection) {
        add(fingerprint, new Crash(connection, OptionalLong.of(clock.read())));
    }

    /// The generation has come to its end.
    void completed(ByteString fingerprint) {
        suspects.invalidate(fingerprint);
    }

    private void add(ByteString fingerprint, Crash crash) {
        List<Crash> crashes = suspects.asMap().compute(fingerprint, (_, known) -> {
            if (known == null) {
                return List.of(crash);
            }
            boolean isNew = known.stream().noneMatch(crash::isSame);
            return isNew ? Stream.concat(known.stream(), Stream.of(crash)).toList() : known;
        });
        if (crashes != null && crashes.size() >= CRASH_LIMIT) {
            LOG.errorf(
                    "A request was under way in %d crashes of decoders; its like is refused for %d s.",
                    crashes.size(), refusalTime.toSeconds());
            throw refusal();
        }
    }

    private static ServingException refusal() {
        return new ServingException(
                ErrorCode.QUARANTINED, "Decoders failed while they worked on this request: it is not tried again.");
    }
}
