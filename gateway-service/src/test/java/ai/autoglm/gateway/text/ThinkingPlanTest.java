package ai.autoglm.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.ThinkingOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThinkingPlanTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    true,  true,  RAW,   true,  RETURNED
                    true,  false, RAW,   true,  HIDDEN
                    false, true,  RAW,   false, HIDDEN
                    false, false, RAW,   false, HIDDEN
                    false, -,     SPLIT, false, HIDDEN
                    true,  -,     OFF,   true,  RETURNED
                    -,     true,  RAW,   true,  RETURNED
                    -,     false, RAW,   true,  HIDDEN
                    -,     true,  OFF,   true,  RETURNED
                    -,     -,     RAW,   true,  RAW
                    -,     -,     SPLIT, true,  RETURNED
                    -,     -,     OFF,   false, HIDDEN
                    """)
    void followsTheTable(
            Boolean enabled, Boolean returned, DefaultThinking byDefault, boolean thinks, ReasoningMode mode) {
        assertThat(ThinkingPlan.of(new ThinkingOptions(enabled, returned), byDefault, false))
                .isEqualTo(new ThinkingPlan(thinks, mode));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    true,  false, RAW,   true,  HIDDEN
                    false, -,     RAW,   false, HIDDEN
                    -,     -,     RAW,   true,  RETURNED
                    -,     -,     SPLIT, true,  RETURNED
                    -,     -,     OFF,   false, HIDDEN
                    """)
    void isNeverRawWhereTheAnswerHasAStructure(
            Boolean enabled, Boolean returned, DefaultThinking byDefault, boolean thinks, ReasoningMode mode) {
        assertThat(ThinkingPlan.of(new ThinkingOptions(enabled, returned), byDefault, true))
                .isEqualTo(new ThinkingPlan(thinks, mode));
    }
}
