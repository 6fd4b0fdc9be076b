package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ServingException;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexGrammarTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "a|b|",
                "(a|b)*abb",
                "a{2,4}?b+?",
                "[^a-c]x?",
                "\\d{3}-\\d{4}",
                "^ab|cd$",
                "(?:ab)+",
                "(?<name>a)(?P<other>b)",
                "\\w+@\\w+\\.(com|org)",
                "[\\w.-]+",
                "a.c",
                "\\u00e9+|\\x41",
                "\\$\\{[a-z]+\\}",
                "a{,3}|{",
                "(a?){3}b",
                "((a*)*)*",
                "中[文字]+😀",
                "[😀-😂]{1,2}",
                ""
            })
    void acceptsWhatTheReferenceAccepts(String pattern) {
        Pattern reference = Pattern.compile(pattern.replace("(?P<", "(?<").replace("a{,3}|{", "a\\{,3\\}|\\{"));
        Language language = Vocabularies.compile(new GrammarSource.Regex(pattern));
        SplittableRandom random = new SplittableRandom(pattern.hashCode());
        for (int sample = 0; sample < 400; sample++) {
            String text = RandomPatterns.text(random, pattern);
            assertThat(Vocabularies.accepts(language, text))
                    .as("%s on %s", pattern, text)
                    .isEqualTo(reference.matcher(text).matches());
        }
        for (int sample = 0; sample < 50; sample++) {
            String written =
                    new RandomWriter(language, sample).write(language.start().distance() + sample);
            assertThat(reference.matcher(written).matches())
                    .as("%s wrote %s", pattern, written)
                    .isTrue();
        }
    }

    @Test
    void acceptsWhatTheReferenceAcceptsOfRandomPatterns() {
        SplittableRandom random = new SplittableRandom(7);
        int compiled = 0;
        for (int round = 0; round < 300; round++) {
            String pattern = RandomPatterns.pattern(random, 2);
            Pattern reference = Pattern.compile(pattern);
            Language language;
            try {
                language = Vocabularies.compile(new GrammarSource.Regex(pattern));
            } catch (ServingException tooComplex) {
                continue;
            }
            compiled++;
            for (int sample = 0; sample < 40; sample++) {
                String text = RandomPatterns.text(random, pattern);
                assertThat(Vocabularies.accepts(language, text))
                        .as("%s on %s", pattern, text)
                        .isEqualTo(reference.matcher(text).matches());
            }
            String written =
                    new RandomWriter(language, round).write(language.start().distance() + round % 9);
            assertThat(reference.matcher(written).matches())
                    .as("%s wrote %s", pattern, written)
                    .isTrue();
        }
        assertThat(compiled).as("nearly all are simple enough").isGreaterThan(280);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(a)\\1; backreferences",
                "(?=a)b; lookaround",
                "(?<!a)b; lookaround",
                "\\bword; word boundaries",
                "a**; nothing to repeat",
                "*a; nothing to repeat",
                "(a; is missing",
                "a); has no",
                "[b-a]; out of order",
                "a{3,2}; out of order",
                "[]; empty",
                "a$b; before the end",
                "a^b; behind the start",
                "\\p{L}; not supported",
                "\\ud800; surrogate",
                "\\; ends too early",
                "[a; ends too early",
                "a{99999999999}; too large"
            })
    void saysWhatItCannotRead(String pattern, String sentence) {
        assertThatThrownBy(() -> GrammarCompiler.check(new GrammarSource.Regex(pattern)))
                .isInstanceOf(ServingException.class)
                .hasMessageContaining(sentence);
    }
}
