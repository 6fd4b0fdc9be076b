package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Masks against a walk through the vocabulary, token by token.
class TokenMaskTest {
    private static final Vocabulary MINI = Vocabularies.mini();

    static List<GrammarSource> sources() {
        return List.of(
                new GrammarSource.JsonSchema("{\"type\":\"object\"}"),
                new GrammarSource.JsonSchema(
                        "{\"properties\":{\"text\":{\"type\":\"string\"},\"n\":{\"type\":\"number\"}},"
                                + "\"required\":[\"text\"]}"),
                new GrammarSource.JsonSchema("{\"type\":\"string\",\"maxLength\":9}"),
                new GrammarSource.JsonSchema("{\"type\":\"string\",\"minLength\":3,\"maxLength\":70}"),
                new GrammarSource.JsonSchema("{\"type\":\"string\",\"pattern\":\"^[^q]*$\"}"),
                new GrammarSource.JsonSchema(
                        "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1,\"maxItems\":3}"),
                new GrammarSource.Regex("\\[[^\\]]*\\]"),
                new GrammarSource.Regex("(ab|中文|a+ ?)*\\d{2}"),
                new GrammarSource.Choices(List.of("tap", "tape", "swipe left", "swipe right")),
                new GrammarSource.Gbnf("root ::= \"(\" (root | [a-z ]*) \")\""),
                new GrammarSource.Named(NamedGrammars.PHONE_ACTION));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void holdsTheTokensThatLeadOnAndNoOthers(GrammarSource source) {
        compareWithAWalk(source, MINI);
    }

    /// Tokens that are parts of characters, that mix text and markup, and that are very long.
    @ParameterizedTest
    @MethodSource("sources")
    void holdsAwkwardTokensWhereTheyLeadOn(GrammarSource source) {
        compareWithAWalk(source, Vocabularies.awkward());
    }

    private static void compareWithAWalk(GrammarSource source, Vocabulary vocabulary) {
        Language language = GrammarCompiler.compile(source, vocabulary);
        Language reference = GrammarCompiler.compile(source, vocabulary);
        SplittableRandom random = new SplittableRandom(3);
        for (int text = 0; text < 6; text++) {
            Position position = language.start();
            Position expected = reference.start();
            for (int step = 0; step < 12; step++) {
                int limit = position.distance() + random.nextInt(4) - 1;
                TokenMask mask = language.tokens(position);
                TokenMask limited = language.tokensWithin(position, limit);
                int next = -1;
                for (int id = 0; id < vocabulary.size(); id++) {
                    int distance = distanceAfter(reference, expected, id);
                    assertThat(mask.allows(id)).as("token %d", id).isEqualTo(distance < Integer.MAX_VALUE);
                    assertThat(limited.allows(id))
                            .as("token %d within %d", id, limit)
                            .isEqualTo(distance <= limit);
                    next = mask.allows(id) && (next < 0 || random.nextInt(20) == 0) ? id : next;
                }
                if (next < 0) {
                    assertThat(position.isMember())
                            .as("only a member goes no further")
                            .isTrue();
                    break;
                }
                position = language.advance(position, next);
                expected = reference.advance(expected, next);
            }
        }
    }

    private static int distanceAfter(Language language, Position position, int id) {
        try {
            return language.advance(position, id).distance();
        } catch (IllegalArgumentException notAllowed) {
            return Integer.MAX_VALUE;
        }
    }
}
