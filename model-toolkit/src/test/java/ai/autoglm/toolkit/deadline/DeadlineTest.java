package ai.autoglm.toolkit.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);

    @Test
    void passesWhenItsTimeIsOver() {
        Deadline deadline = Deadline.after(Duration.ofMillis(3), "Decoding the image", clock::get);

        clock.addAndGet(3_000_000);
        deadline.check();
        clock.incrementAndGet();

        assertThatThrownBy(deadline::check)
                .hasMessage("Decoding the image took longer than 3 ms.")
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT));
    }

    @Test
    void holdsAsLongAsBothHold() {
        Deadline both = new CountedDeadline(3).and(new CountedDeadline(1));

        both.check();
        assertThatThrownBy(both::check).hasMessage("passed");
    }
}
