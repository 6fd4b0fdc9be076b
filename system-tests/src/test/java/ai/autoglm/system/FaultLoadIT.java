package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two of each service under load at half of what they can do, while one of them fails: nobody notices. A request has
/// failed when its answer is anything but the complete golden one. The system property `autoglm.faults.requests` says
/// how many requests each fault meets at least; else there are as many as fall into its time. The table is written to
/// `target/faults.md`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 1, unit = TimeUnit.HOURS)
final class FaultLoadIT {
    private static final int REQUESTS = Integer.getInteger("autoglm.faults.requests", 1);
    private static final Duration MEASURED = Duration.ofSeconds(10);
    private static final int CLIENTS = 8;

    private final FaultTable table = new FaultTable();
    private Fleet fleet;
    private GoldenLoad load;
    private double capacity;

    @BeforeAll
    void measure() throws InterruptedException {
        Haproxy.requireInstalled();
        fleet = Fleet.start("faults");
        load = new GoldenLoad(fleet.api());
        // Once to warm up.
        OpenLoop.capacity(load, CLIENTS, MEASURED);
        capacity = OpenLoop.capacity(load, CLIENTS, MEASURED);
    }

    @AfterAll
    void writeTable() {
        if (fleet != null) {
            table.write(Repository.OUTPUT.resolve("faults.md"), capacity, rate());
            fleet.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyNotices(Fault fault) {
        FaultTable.Rescue before = FaultTable.Rescue.soFar(fleet);
        AtomicInteger times = new AtomicInteger();
        double seconds = REQUESTS / rate();
        OpenLoop.Outcome outcome = OpenLoop.run(load, rate(), REQUESTS, () -> {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            do {
                fault.happen(fleet);
                times.incrementAndGet();
            } while (System.nanoTime() < end);
        });
        FaultTable.Rescue rescue = FaultTable.Rescue.soFar(fleet).since(before);
        table.add(fault, times.get(), outcome, rescue);

        if (fault.silencesABackend()) {
            assertThat(rescue.ejections()).as("the fault took place").isPositive();
        }
        if (fault.endsStreams()) {
            assertThat(outcome.failed()).as("%s", outcome).isLessThan(outcome.requests() / 4);
        } else {
            assertThat(outcome.failed())
                    .as("one in a thousand of %s", outcome)
                    .isLessThanOrEqualTo(Math.ceilDiv(outcome.requests(), 1000));
        }
    }

    private double rate() {
        return capacity / 2;
    }
}
