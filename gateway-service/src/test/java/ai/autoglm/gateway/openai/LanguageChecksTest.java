package ai.autoglm.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
import io.grpc.Context;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LanguageChecksTest {
    private final LanguageChecks checks = new LanguageChecks();

    @Test
    void saysTheSameEachTime() {
        GrammarSource good = new GrammarSource.Regex("a+");
        GrammarSource bad = new GrammarSource.Regex("(");
        for (int i = 0; i < 3; i++) {
            assertThatCode(() -> checks.check(good)).doesNotThrowAnyException();
            assertThatThrownBy(() -> checks.check(bad)).isInstanceOf(ServingException.class);
        }
    }

    @Test
    void waitsOnlySoLongForAPlace() {
        LanguageChecks full = new LanguageChecks(0, Duration.ofMillis(50));

        assertThatThrownBy(() -> full.check(new GrammarSource.Regex("a+")))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    @Test
    void checksNothingForNobody() {
        Context.CancellableContext left = Context.ROOT.withCancellation();
        left.cancel(null);

        assertThatThrownBy(() -> left.run(() -> checks.check(new GrammarSource.Regex("a+"))))
                .isInstanceOfSatisfying(
                        ServingException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CLIENT_CLOSED_REQUEST));
    }

    /// What has to be computed again is another exception.
    @Test
    void remembersRefusals() {
        GrammarSource bad = new GrammarSource.Regex("(");

        assertThat(catchThrowable(() -> checks.check(bad))).isSameAs(catchThrowable(() -> checks.check(bad)));
    }

    @Test
    void goesOnAfterMoreLanguagesThanItRemembers() {
        for (int i = 0; i < 600; i++) {
            GrammarSource source = new GrammarSource.Regex("a{" + i % 300 + "}");
            assertThatCode(() -> checks.check(source)).doesNotThrowAnyException();
        }
    }
}
