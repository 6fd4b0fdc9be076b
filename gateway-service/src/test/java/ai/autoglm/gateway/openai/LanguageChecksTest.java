package ai.autoglm.gateway.openai;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.GrammarSource;
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
    void goesOnAfterMoreLanguagesThanItRemembers() {
        for (int i = 0; i < 600; i++) {
            GrammarSource source = new GrammarSource.Regex("a{" + i % 300 + "}");
            assertThatCode(() -> checks.check(source)).doesNotThrowAnyException();
        }
    }
}
