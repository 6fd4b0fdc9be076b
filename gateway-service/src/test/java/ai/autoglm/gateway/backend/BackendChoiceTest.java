package ai.autoglm.gateway.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.discovery.BackendAddress;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
    private static final int KEY_COUNT = 3_000;

    private static final class Worker implements BackendChoice.Candidate {
        private final BackendAddress address;
        private long outstanding;

        Worker(String host) {
            address = new BackendAddress(host, 9003);
        }

        @Override
        public BackendAddress address() {
            return address;
        }

        @Override
        public long outstandingWork() {
            return outstanding;
        }
    }

    private final Worker a = new Worker("a");
    private final Worker b = new Worker("b");
    private final Worker c = new Worker("c");

    @Test
    void sharesKeysFairlyWhileAllAreIdle() {
        Map<Worker, Long> shares = IntStream.range(0, KEY_COUNT)
                .boxed()
                .collect(Collectors.groupingBy(key -> choose(List.of(a, b, c), key), Collectors.counting()));

        assertThat(shares).hasSize(3);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(900L, 1_100L));
    }

    @Test
    void aLostBackendMovesOnlyItsOwnKeys() {
        List<Worker> two = List.of(a, b);

        assertThat(IntStream.range(0, KEY_COUNT).filter(key -> two.contains(choose(List.of(a, b, c), key))))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(choose(two, key)).isSameAs(choose(List.of(a, b, c), key)));
    }

    @Test
    void aKeyStaysWithItsBackendWhileThatIsWithinTheBound() {
        Worker favourite = choose(List.of(a, b, c), 7);
        List.of(a, b, c).forEach(worker -> worker.outstanding = 10);

        favourite.outstanding = 13; // 1.25 · 11 + 1 is 14.75

        assertThat(choose(List.of(a, b, c), 7)).isSameAs(favourite);
    }

    @Test
    void aKeyOfABusyBackendGoesToTheOneThatRanksNext() {
        Worker favourite = choose(List.of(a, b, c), 7);
        List<Worker> others = new ArrayList<>(List.of(a, b, c));
        others.remove(favourite);

        favourite.outstanding = 3; // 1.25 · 1 + 1 is 2.25

        assertThat(choose(List.of(a, b, c), 7)).isSameAs(choose(others, 7));
    }

    @Test
    void oneHotKeySpreadsOverAll() {
        Map<Worker, Integer> given = new HashMap<>();
        for (int request = 0; request < 60; request++) {
            Worker chosen = choose(List.of(a, b, c), 7);
            chosen.outstanding++;
            given.merge(chosen, 1, Integer::sum);
        }

        assertThat(given.values())
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(5, 27));
    }

    @Test
    void aNewBackendTakesTheNextWorkWhenTheOthersAreBusy() {
        a.outstanding = 2;
        b.outstanding = 2;

        assertThat(IntStream.range(0, 20).mapToObj(key -> choose(List.of(a, b, c), key)))
                .as("1.25 · 4/3 + 1 is 2.67: all are within the bound")
                .contains(a, b, c);
        a.outstanding = 8;
        b.outstanding = 8;
        assertThat(IntStream.range(0, 20).mapToObj(key -> choose(List.of(a, b, c), key)))
                .containsOnly(c);
    }

    /// Invariant: nobody is ever given work beyond the bound, whatever the keys, sizes and order of endings.
    @Test
    void noBackendGoesBeyondTheBound() {
        Random random = new Random(5);
        List<Worker> all = List.of(a, b, c);
        List<Runnable> endings = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(3) == 0 && !endings.isEmpty()) {
                endings.remove(random.nextInt(endings.size())).run();
                continue;
            }
            long work = 1L + random.nextInt(6_000);
            double mean =
                    all.stream().mapToLong(Worker::outstandingWork).average().orElseThrow();
            Worker chosen = BackendChoice.of(all, key(random.nextInt(10)), work);
            assertThat(chosen.outstanding).isLessThanOrEqualTo((long) (1.25 * mean + work));
            chosen.outstanding += work;
            endings.add(() -> chosen.outstanding -= work);
        }
    }

    private static Worker choose(List<Worker> candidates, int key) {
        return BackendChoice.of(candidates, key(key), 1);
    }

    private static ByteString key(int key) {
        return ByteString.copyFromUtf8(Integer.toString(key));
    }
}
