package ai.autoglm.gateway.metrics;

import ai.autoglm.proto.metrics.Meters;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Work that this gateway has accepted and that a stage has not finished yet, for each bundle, in the unit
/// that the stage's cost grows with. It is what the number of encoders and decoders should follow: it grows
/// at once with the requests, whatever backends have taken up of them.
@Singleton
public final class PendingWork {
    /// What a stage's work is counted in.
    public enum Unit {
        /// Choices, which decoders generate.
        REQUESTS("requests", "Choices that are not generated yet"),
        /// Patches of images, which vision encoders encode.
        PATCHES("patches", "Patches of images whose rows are not complete yet"),
        /// Log-mel frames of audio, which audio encoders encode; one until an encoder has decoded the file.
        FRAMES("frames", "Log-mel frames of audio whose rows are not complete yet");

        private final String suffix;
        private final String description;

        Unit(String suffix, String description) {
            this.suffix = suffix;
            this.description = description;
        }
    }

    private static final int BUNDLE_ID_LENGTH = 12;

    private record Gauge(Unit unit, String bundle) {}

    private final Meters meters;
    // As many as units and bundles that this gateway serves.
    private final Map<Gauge, AtomicLong> amounts = new ConcurrentHashMap<>();

    PendingWork(MeterRegistry registry) {
        this.meters = Meters.of(registry);
    }

    /// Shows a bundle's gauge from now on, also while it is 0.
    public void watch(Unit unit, String bundleId) {
        amount(unit, bundleId);
    }

    /// Work that begins to wait.
    public Share open(Unit unit, String bundleId, long amount) {
        Share share = new Share(amount(unit, bundleId));
        share.become(amount);
        return share;
    }

    private AtomicLong amount(Unit unit, String bundleId) {
        String bundle = bundleId.substring(0, Math.min(BUNDLE_ID_LENGTH, bundleId.length()));
        return amounts.computeIfAbsent(new Gauge(unit, bundle), this::register);
    }

    private AtomicLong register(Gauge gauge) {
        AtomicLong amount = new AtomicLong();
        meters.with("bundle", gauge.bundle)
                .gauge("autoglm_pending_" + gauge.unit.suffix, gauge.unit.description, amount, AtomicLong::get);
        return amount;
    }

    /// A part of the work. Closing it says that the part is done, or that nobody needs it any more. Any
    /// thread may use it.
    public static final class Share implements AutoCloseable {
        private final AtomicLong total;
        private long own;
        private boolean closed;

        private Share(AtomicLong total) {
            this.total = total;
        }

        /// Learns how much it is, unless it is closed.
        public synchronized void become(long amount) {
            if (!closed) {
                total.addAndGet(amount - own);
                own = amount;
            }
        }

        @Override
        public synchronized void close() {
            total.addAndGet(-own);
            own = 0;
            closed = true;
        }
    }
}
