package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PulseTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Pulse pulse = new Pulse(nanos::get);

    @Test
    void isBusySinceItsLastBeat() {
        pulse.beat();
        pass(3);
        assertThat(pulse.busyFor()).isEqualTo(Duration.ofSeconds(3));

        pulse.beat();
        pass(1);
        assertThat(pulse.busyFor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void mayRestForEverWhileNobodyCalls() {
        pass(1_000);
        assertThat(pulse.busyFor()).as("before it has begun").isZero();

        pulse.beat();
        pulse.rest();
        pass(1_000);
        assertThat(pulse.busyFor()).isZero();
    }

    @Test
    void aCallThatNobodyHearsCountsFromTheFirst() {
        pulse.beat();
        pulse.rest();
        pass(1_000);

        pulse.call();
        pass(2);
        pulse.call();
        pass(3);

        assertThat(pulse.busyFor()).isEqualTo(Duration.ofSeconds(5));
        pulse.beat();
        assertThat(pulse.busyFor()).isZero();
    }

    @Test
    void aCallWhileItIsBusyChangesNothing() {
        pulse.beat();
        pass(2);
        pulse.call();
        pass(2);
        assertThat(pulse.busyFor()).isEqualTo(Duration.ofSeconds(4));

        pulse.rest();
        pass(9);
        assertThat(pulse.busyFor())
                .as("what it was called for it has found before it rested")
                .isZero();
    }

    private void pass(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
