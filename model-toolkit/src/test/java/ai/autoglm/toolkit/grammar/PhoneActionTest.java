package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The action grammar against the rules by which Open-AutoGLM reads replies. Source: MODEL_SPEC D.3, D.5.
class PhoneActionTest {
    private static final GrammarSource ACTIONS = new GrammarSource.Named(NamedGrammars.PHONE_ACTION);
    private static final Language LANGUAGE = Vocabularies.compile(ACTIONS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do(action=\"Launch\", app=\"微信\")",
                "do(action=\"Tap\", element=[500,999])",
                "do(action=\"Tap\", element=[0, 7], message=\"重要操作\")",
                "do(action=\"Type\", text=\"it's \"quoted\" and \\ kept\nas it is\")",
                "do(action=\"Type_Name\", text=\"小明\")",
                "do(action=\"Interact\")",
                "do(action=\"Swipe\", start=[1,2], end=[3,4])",
                "do(action=\"Note\", message=\"True\")",
                "do(action=\"Call_API\", instruction=\"sum it up\")",
                "do(action=\"Long Press\", element=[10,20])",
                "do(action=\"Double Tap\", element=[10,20])",
                "do(action=\"Take_over\", message=\"log in\")",
                "do(action=\"Back\")",
                "do(action=\"Home\")",
                "do(action=\"Wait\", duration=\"3 seconds\")",
                "finish(message=\"done\")"
            })
    void holdsEachAction(String action) {
        assertThat(Vocabularies.accepts(LANGUAGE, action)).isTrue();
        assertThat(PythonReply.parse(action)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "do(action=\"Tap\", element=[1000,5])",
                "do(action=\"Tap\", element=[05,5])",
                "do(action=\"Tap\", element=[-1,5])",
                "do(action=\"Tap\", element=[1.5,5])",
                "do(action=\"Launch\", app=\"a\"b\")",
                "do(action=\"Launch\", app=\"a\\\")",
                "do(action=\"Type\", text=\"finish(message=\")",
                "do(action=\"Launch\", app=\"finish(message=\")",
                "finish(message=\"finish(message=\")",
                "do(action=\"Type\", text=\"a\")b\")",
                "do(action=\"Back\")</answer>",
                " do(action=\"Back\")",
                "do(action=\"Jump\")",
                ""
            })
    void holdsNothingThatIsReadDifferently(String text) {
        assertThat(Vocabularies.accepts(LANGUAGE, text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"256, 60", "2048, 40"})
    void everyActionThatIsWrittenIsReadBack(int vocabulary, int budget) {
        Language language =
                GrammarCompiler.compile(ACTIONS, vocabulary == 256 ? Vocabularies.bytes() : Vocabularies.mini());
        for (int seed = 0; seed < 300; seed++) {
            String written = new RandomWriter(language, seed).write(budget + seed % 30);
            assertThat(PythonReply.parse(written)).as(written).isPresent();
        }
    }

    @Test
    void theTextOfATypeIsReadBackAsItWasWritten() {
        Language language = GrammarCompiler.compile(ACTIONS, Vocabularies.mini());
        int typed = 0;
        for (int seed = 0; seed < 2000; seed++) {
            String written = new RandomWriter(language, seed).write(45);
            int start = written.indexOf("text=\"");
            if (start >= 0) {
                typed++;
                assertThat(PythonReply.parse(written))
                        .isEqualTo(Optional.of(written.substring(start + 6, written.length() - 2)));
            }
        }
        assertThat(typed).isPositive();
    }
}
