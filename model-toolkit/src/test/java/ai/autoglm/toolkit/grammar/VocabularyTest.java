package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    @Test
    void theEmbeddedModelCanWriteEveryByte() {
        assertThat(Vocabularies.mini().singleBytes().cardinality()).isEqualTo(256);
    }

    @Test
    void addedTokensAreNoText() {
        Language anything = GrammarCompiler.compile(new GrammarSource.Regex("(.|\\n)*"), Vocabularies.mini());
        TokenMask mask = anything.tokens(anything.start());
        assertThat(mask.allows(0)).isTrue();
        for (int id = 2025; id < 2048; id++) {
            assertThat(mask.allows(id)).as("token %d", id).isFalse();
        }
    }

    @Test
    void tokensOfEqualBytesAreAllAllowed() {
        Language language =
                GrammarCompiler.compile(new GrammarSource.Regex("ab?"), vocabulary("a", "b", "ab", "a", "", "abc"));
        TokenMask mask = language.tokens(language.start());
        assertThat(List.of(mask.allows(0), mask.allows(1), mask.allows(2), mask.allows(3), mask.allows(4)))
                .containsExactly(true, false, true, true, false);
        assertThat(mask.allows(5)).isFalse();
    }

    @Test
    void whatAVocabularyCannotWriteIsNotBegun() {
        Language language = GrammarCompiler.compile(new GrammarSource.Regex("ax|ab"), vocabulary("a", "b", "ax"));
        assertThat(language.start().distance()).isEqualTo(2);
        assertThat(language.tokens(language.advance(language.start(), 0)).allows(1))
                .isTrue();
        assertThatThrownBy(() -> GrammarCompiler.compile(new GrammarSource.Regex("y"), vocabulary("a", "b")))
                .hasMessage("No text that this model can write matches it.");
    }

    private static Vocabulary vocabulary(String... tokens) {
        List<byte[]> bytes = Stream.of(tokens)
                .map(token -> token.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new Vocabulary(bytes, bytes.size());
    }
}
