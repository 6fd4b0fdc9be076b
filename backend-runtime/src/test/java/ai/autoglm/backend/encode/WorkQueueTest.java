package ai.autoglm.backend.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Work runs only with a permit, and says when it has begun.
class WorkQueueTest {
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore permits = new Semaphore(0);
    private final List<String> done = new CopyOnWriteArrayList<>();
    private volatile @Nullable Deadline lastDeadline;
    private final WorkQueue<String, String, String> queue = new WorkQueue<>("vision encoder", 1, 2, this::work);

    @AfterEach
    void close() {
        permits.release(1_000);
        queue.close();
    }

    @Test
    void worksInOrder() {
        permits.release(3);
        var first = queue.submit("a", "1");
        var second = queue.submit("b", "2");

        assertThat(second.await()).isEqualTo("b2");
        assertThat(first.await()).isEqualTo("a1");
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void refusesAtOnceWhenFull() {
        occupy();
        queue.submit("a", "");
        queue.submit("b", "");

        assertThatThrownBy(() -> queue.submit("c", ""))
                .hasMessage("The queue of the vision encoder is full: 2 are waiting.")
                .extracting(WorkQueueTest::code)
                .isEqualTo(ErrorCode.OVERLOADED);
        assertThat(queue.depth()).isEqualTo(2);
    }

    @Test
    void doesTheSameWorkOnceWhileItWaitsOrRuns() {
        var running = occupy();
        var alsoRunning = queue.submit("running", "ignored");
        var waiting = queue.submit("a", "1");
        var alsoWaiting = queue.submit("a", "ignored");
        permits.release(2);

        assertThat(alsoRunning.await()).isSameAs(running.await());
        assertThat(alsoWaiting.await()).isSameAs(waiting.await()).isEqualTo("a1");
        assertThat(done).containsExactly("running", "a");
    }

    @Test
    void aCallerThatLeavesFreesItsPlace() {
        occupy();
        var left = queue.submit("a", "");
        queue.submit("b", "");

        left.close();

        assertThat(queue.depth()).isEqualTo(1);
        var next = queue.submit("c", "");
        permits.release(3);
        assertThat(next.await()).isEqualTo("c");
        assertThat(done).containsExactly("running", "b", "c");
        assertThatThrownBy(left::await).extracting(WorkQueueTest::code).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    @Test
    void workThatSomebodyElseWaitsForStays() {
        occupy();
        var left = queue.submit("a", "1");
        var stays = queue.submit("a", "1");

        left.close();
        permits.release(2);

        assertThat(stays.await()).isEqualTo("a1");
    }

    @Test
    void runningWorkLearnsThatNobodyWaits() {
        var running = occupy();
        var alsoRunning = queue.submit("running", "");
        running.close();
        deadline().check();

        alsoRunning.close();

        assertThatThrownBy(deadline()::check)
                .extracting(WorkQueueTest::code)
                .isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST);
    }

    @Test
    void whoAsksForWorkThatWasGivenUpHasItDoneAnew() {
        occupy().close();
        assertThatThrownBy(deadline()::check).isInstanceOf(ServingException.class);

        var again = queue.submit("running", "2");
        permits.release(2);

        assertThat(again.await()).isEqualTo("running2");
    }

    @Test
    void runningWorkFinishesWithoutItsCaller() {
        var running = occupy();

        running.close();
        permits.release(2);

        assertThat(queue.submit("a", "1").await()).isEqualTo("a1");
        assertThat(done).containsExactly("running", "a");
    }

    @Test
    void aFailureEndsOnlyItsOwnWork() {
        permits.release(3);
        var failing = queue.submit("fail", "");
        var erring = queue.submit("err", "");

        assertThatThrownBy(failing::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThatThrownBy(erring::await).hasRootCauseInstanceOf(AssertionError.class);
        assertThat(queue.submit("a", "1").await()).isEqualTo("a1");
    }

    @Test
    void closingRefusesWhatWaitsAndLetsTheRestFinish() {
        var running = occupy();
        var waiting = queue.submit("a", "");
        Thread closing = Thread.ofPlatform().start(queue::close);

        assertThatThrownBy(waiting::await).extracting(WorkQueueTest::code).isEqualTo(ErrorCode.OVERLOADED);
        assertThatThrownBy(() -> queue.submit("b", "")).hasMessage("The queue of the vision encoder is stopping.");
        assertThat(closing.isAlive()).isTrue();
        permits.release();
        assertThat(running.await()).isEqualTo("running");
    }

    /// Keeps the only thread busy until a permit comes.
    private WorkQueue<String, String, String>.Ticket occupy() {
        var running = queue.submit("running", "");
        begun.acquireUninterruptibly();
        return running;
    }

    private Deadline deadline() {
        return Objects.requireNonNull(lastDeadline);
    }

    private String work(String key, String input, Deadline deadline) {
        lastDeadline = deadline;
        begun.release();
        permits.acquireUninterruptibly();
        done.add(key);
        if (key.equals("fail")) {
            throw new IllegalStateException("broken");
        }
        if (key.equals("err")) {
            throw new AssertionError("worse");
        }
        return key + input;
    }

    private static ErrorCode code(Throwable error) {
        return ((ServingException) error).code();
    }
}
