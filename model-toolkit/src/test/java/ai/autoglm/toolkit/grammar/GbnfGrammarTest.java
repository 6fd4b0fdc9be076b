package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GbnfGrammarTest {
    private static final String ARITHMETIC = """
            # Sums of products.
            root   ::= sum "=" ws number
            sum    ::= product (ws [-+] ws product)*   # left to right
            product ::= atom
                | atom "*" product
            atom   ::= number | ("(" ws
                sum
              ")" ws)
            number ::= [0-9]{1,3} ws
            ws     ::= [ \\t\\n]*
            """;

    @ParameterizedTest
    @CsvSource({
        "1=1, true",
        "1 + 22*3=67, true",
        "((1+2)*3) - 4 =5, true",
        "(((((7)))))=7, true",
        "1+=1, false",
        "1000=1, false",
        "(1=1, false",
        "1=, false"
    })
    void readsRulesGroupsClassesAndRepetitions(String text, boolean accepted) {
        Language language = Vocabularies.compile(new GrammarSource.Gbnf(ARITHMETIC));
        assertThat(Vocabularies.accepts(language, text)).isEqualTo(accepted);
    }

    @Test
    void readsEscapes() {
        Language language =
                Vocabularies.compile(new GrammarSource.Gbnf("root ::= \"\\\"\\\\\\x41\\u4e2d\" [\\]\\-^] [^\\n] ."));
        assertThat(Vocabularies.accepts(language, "\"\\A中]é😀")).isTrue();
        assertThat(Vocabularies.accepts(language, "\"\\A中-a\n")).isTrue();
        assertThat(Vocabularies.accepts(language, "\"\\A中]\nb")).isFalse();
    }

    @Test
    void takesRightRecursionWithoutEnd() {
        Language language = Vocabularies.compile(new GrammarSource.Gbnf("root ::= \"a\" root | \"b\""));
        assertThat(Vocabularies.accepts(language, "a".repeat(20_000) + "b")).isTrue();
        assertThat(Vocabularies.accepts(language, "a".repeat(20_000))).isFalse();
    }

    @Test
    void writesOnlyBalancedTexts() {
        Language language = GrammarCompiler.compile(
                new GrammarSource.Gbnf("root ::= \"(\" root* \")\" | \"[\" root \"]\""), Vocabularies.mini());
        for (int seed = 0; seed < 200; seed++) {
            String text = new RandomWriter(language, seed).write(2 + seed % 40);
            String reduced = text;
            for (int length = -1; length != reduced.length(); ) {
                length = reduced.length();
                reduced = reduced.replace("()", "").replace("[]", "");
            }
            assertThat(reduced.replace("[", "").replace("]", "")).as(text).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a ::= \"x\"; no rule named root",
                "root ::= b; \"b\" is used, but not defined",
                "root ::= \"a\" root ::= \"b\"; defined twice",
                "root ::= root \"a\" | \"b\"; left recursion",
                "root ::= a \"x\" | \"y\"a ::= root; left recursion",
                "root ::= [ ]* root \"a\" | \"b\"; left recursion",
                "root ::= \"a\" root; No text",
                "root ::= (\"a\"; is missing",
                "root ::= \"a; ends too early",
                "root ::= [b-a]; out of order",
                "root ::= \"\\q\"; is no escape",
                "root = \"a\"; is missing",
                "root ::= \"a\"{3,2}; out of order"
            })
    void saysWhatIsWrong(String grammar, String sentence) {
        String text = grammar.replace("\"y\"a ::=", "\"y\"\na ::=").replace("root ::= \"b\"", "\nroot ::= \"b\"");
        assertThatThrownBy(() -> GrammarCompiler.check(new GrammarSource.Gbnf(text)))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(sentence);
    }
}
