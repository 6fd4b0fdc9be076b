package ai.autoglm.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.gateway.backend.BackendLease;
import ai.autoglm.gateway.backend.RoutingMetrics;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Crashes on connections to decoders that nobody opens, at times that the test sets.
class CrashLedgerTest {
    private static final Duration REFUSAL_TIME = Duration.ofMinutes(10);
    private static final ByteString REQUEST = ByteString.copyFromUtf8("request");

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CrashLedger ledger = new CrashLedger(REFUSAL_TIME, new RoutingMetrics(registry), nanos::get);

    @Test
    void faultsOfOneBatchAreOneCrash() {
        at(Duration.ofMillis(1_999));
        ledger.engineFailed(REQUEST, connection(1));
        at(Duration.ofSeconds(2));
        ledger.engineFailed(REQUEST, connection(1));

        assertThatCode(() -> ledger.requireHarmless(REQUEST)).doesNotThrowAnyException();
    }

    @Test
    void faultsOfOneConnectionThatAreFarApartAreTwo() {
        ledger.engineFailed(REQUEST, connection(1));
        at(Duration.ofSeconds(2));

        assertRefused(() -> ledger.engineFailed(REQUEST, connection(1)));
    }

    @Test
    void crashesOfTwoConnectionsAreTwo() {
        ledger.connectionLost(REQUEST, connection(1));
        ledger.connectionLost(REQUEST, connection(1));

        assertRefused(() -> ledger.connectionLost(REQUEST, connection(2)));
    }

    @Test
    void aRequestThatEndsWellIsCleared() {
        ledger.connectionLost(REQUEST, connection(1));
        ledger.completed(REQUEST);
        ledger.connectionLost(REQUEST, connection(2));

        assertThatCode(() -> ledger.requireHarmless(REQUEST)).doesNotThrowAnyException();
    }

    @Test
    void aRefusalEnds() {
        ledger.connectionLost(REQUEST, connection(1));
        assertRefused(() -> ledger.connectionLost(REQUEST, connection(2)));
        at(REFUSAL_TIME.minusSeconds(1));
        assertRefused(() -> ledger.requireHarmless(REQUEST));
        assertThat(registry.get("autoglm.refused.fingerprints").counter().count())
                .isEqualTo(1);

        at(REFUSAL_TIME);
        assertThatCode(() -> ledger.requireHarmless(REQUEST)).doesNotThrowAnyException();
    }

    private void at(Duration time) {
        nanos.set(time.toNanos());
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUARANTINED));
    }

    @SuppressWarnings("NullAway") // only the number tells these connections apart
    private static BackendLease.Connection connection(long number) {
        return new BackendLease.Connection(null, number);
    }
}
