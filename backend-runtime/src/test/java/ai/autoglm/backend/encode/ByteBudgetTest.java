package ai.autoglm.backend.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ByteBudget budget = new ByteBudget("Decoding image files", 10 * 1024);

    @Test
    void refusesWhatOthersHaveTaken() {
        ByteBudget.Share first = budget.take(6 * 1024);

        assertThat(budget.takenBytes()).isEqualTo(6 * 1024);
        assertThatThrownBy(() -> budget.take(5 * 1024))
                .hasMessage(
                        "Decoding image files of all requests together takes the 10240 bytes that this server has for"
                                + " it: try again later.")
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
        first.close();
        budget.take(10 * 1024).close();
    }

    @Test
    void givesAShareBackOnce() {
        ByteBudget.Share share = budget.take(10 * 1024);
        share.close();
        share.close();

        assertThat(budget.takenBytes()).isZero();
        budget.take(10 * 1024);
        assertThatThrownBy(() -> budget.take(1)).isInstanceOf(ServingException.class);
    }

    @Test
    void waitsUntilOthersHaveGivenBackEnough() {
        ByteBudget.Share first = budget.take(6 * 1024);
        CompletableFuture<ByteBudget.Share> second = CompletableFuture.supplyAsync(() -> budget.await(5 * 1024, LONG));

        first.close();

        second.join().close();
        assertThat(budget.takenBytes()).isZero();
    }

    @Test
    void doesNotWaitForEver() {
        budget.take(1024);

        assertThatThrownBy(() -> budget.await(10 * 1024, Duration.ofMillis(1))).isInstanceOf(ServingException.class);
    }

    @Test
    void whatIsMoreThanAllOfItIsServedAlone() {
        try (ByteBudget.Share _ = budget.await(Long.MAX_VALUE, LONG)) {
            assertThat(budget.takenBytes()).isEqualTo(10 * 1024);
            assertThatThrownBy(() -> budget.take(1)).isInstanceOf(ServingException.class);
        }
    }
}
