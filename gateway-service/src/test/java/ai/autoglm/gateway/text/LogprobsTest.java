package ai.autoglm.gateway.text;

import static ai.autoglm.gateway.text.TestTokenizers.WITHOUT_TAGS;
import static ai.autoglm.gateway.text.TestTokenizers.WITH_TAGS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Log probabilities travel with the content that their tokens wrote (API 1.4).
class LogprobsTest {
    private static final List<ReasoningMode> MODES = List.copyOf(EnumSet.allOf(ReasoningMode.class));
    private static final List<String> PIECES = List.of(
            "<think>", "</think>", "<answer>", "\n", " ", "你好", "😀😁", "abc", "ab", "<", "</", "thin", "é", "\n\n");
    private static final List<String> STOPS = List.of("abc", "\n\n", "😁", "</think>", "aba");

    @Test
    void tokensJoinedAreTheContentWhateverIsCutTrimmedAndHeldBack() {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            List<String> pieces = Stream.generate(() -> PIECES.get(random.nextInt(PIECES.size())))
                    .limit(1 + random.nextInt(10))
                    .toList();
            ReasoningMode mode = MODES.get(random.nextInt(MODES.size()));
            StopOptions stop =
                    random.nextBoolean() ? StopOptions.NONE : Answer.stopAt(STOPS.get(random.nextInt(STOPS.size())));
            for (Tokenizer tokenizer : List.of(WITH_TAGS, WITHOUT_TAGS)) {
                int[] ids = Partitions.random(tokenizer, pieces, random);
                List<ContentDelta> deltas = deltas(tokenizer, mode, stop, ids);
                for (ContentDelta delta : deltas) {
                    assertThat(joinedTokens(delta.logprobs()))
                            .as("%s %s", mode, pieces)
                            .isEqualTo(delta.text());
                }
                assertThat(joined(deltas))
                        .isEqualTo(Answer.of(tokenizer, mode, false, stop, ids).content());
            }
        }
    }

    @Test
    void bytesOfTokensWithoutWholeCharactersAreTheTruth() {
        int[] bytes = Partitions.byteTokens(WITH_TAGS, "a😀");
        List<TokenLogprob> logprobs = logprobs(deltas(WITH_TAGS, ReasoningMode.RAW, StopOptions.NONE, bytes));

        assertThat(logprobs).extracting(TokenLogprob::token).containsExactly("a", "", "", "", "😀");
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        logprobs.forEach(token -> token.bytes().forEach(joined::write));
        assertThat(joined.toString(StandardCharsets.UTF_8)).isEqualTo("a😀");
    }

    /// Found by the fuzz test of the whole system.
    @Test
    void aTokenThatEndsOneBrokenCharacterAndBeginsAnotherIsToldOnce() {
        int[] bytes = Partitions.byteTokens(WITH_TAGS, "你é");
        int[] broken = {bytes[0], bytes[3]};

        for (Tokenizer tokenizer : List.of(WITH_TAGS, WITHOUT_TAGS)) {
            List<ContentDelta> deltas = deltas(tokenizer, ReasoningMode.RAW, StopOptions.NONE, broken);

            assertThat(joined(deltas)).isEqualTo("\uFFFD\uFFFD");
            assertThat(logprobs(deltas)).hasSize(2);
        }
    }

    @Test
    void coverTheContentOnlyWhenTheThoughtIsHidden() {
        int[] ids = WITH_TAGS.encodeText("<think>hm</think>\n<answer>ok").toArray();

        List<ContentDelta> deltas = deltas(WITH_TAGS, ReasoningMode.HIDDEN, StopOptions.NONE, ids);

        assertThat(joined(deltas)).isEqualTo("ok");
        assertThat(logprobs(deltas))
                .hasSize(WITH_TAGS.encodeText("ok").size())
                .allSatisfy(token -> assertThat(token.logprob()).isEqualTo(-0.25));
    }

    @Test
    void waitWithWhatIsHeldBack() {
        CompletionText text = text(WITH_TAGS, ReasoningMode.RAW, Answer.stopAt("AC"));
        int letter = Partitions.byteTokens(WITH_TAGS, "A")[0];

        assertThat(text.append(token(letter))).isEmpty();
        assertThat(text.append(token(letter)))
                .singleElement()
                .isInstanceOfSatisfying(
                        ContentDelta.class,
                        delta -> assertThat(delta.logprobs()).hasSize(1));
    }

    @Test
    void tellEachTokenOnceThoughAStopStringMayBeginInsideIt() {
        int token = IntStream.range(0, WITHOUT_TAGS.vocabularySize())
                .filter(id -> WITHOUT_TAGS.text(id).matches("[a-z]{3,}"))
                .findFirst()
                .orElseThrow();
        String written = WITHOUT_TAGS.text(token);
        StopOptions stop = Answer.stopAt(written.substring(1) + "#");

        List<ContentDelta> deltas = deltas(WITHOUT_TAGS, ReasoningMode.RAW, stop, token, token);

        assertThat(joined(deltas)).isEqualTo(written + written);
        assertThat(logprobs(deltas)).extracting(TokenLogprob::token).containsExactly(written, written);
    }

    @Test
    void tellTheLikeliestAlternatives() {
        CompletionText text = text(WITH_TAGS, ReasoningMode.RAW, StopOptions.NONE);
        int byteOfAnEmoji = Partitions.byteTokens(WITH_TAGS, "😀")[0];
        GeneratedToken token = new GeneratedToken(
                40,
                -0.5,
                List.of(new GeneratedToken.Alternative(40, -0.5), new GeneratedToken.Alternative(byteOfAnEmoji, -2.0)));

        assertThat(text.append(token))
                .containsExactly(new ContentDelta(
                        "I",
                        List.of(new TokenLogprob(
                                40,
                                "I",
                                -0.5,
                                List.of(73),
                                List.of(
                                        new TokenLogprob.Alternative(40, "I", -0.5, List.of(73)),
                                        new TokenLogprob.Alternative(byteOfAnEmoji, "\uFFFD", -2.0, List.of(0xF0)))))));
    }

    @Test
    void areNumbersThatJsonCanWrite() {
        assertThat(new TokenLogprob(97, "a", Double.NEGATIVE_INFINITY, List.of(), List.of()).logprob())
                .isEqualTo(-9999);
        assertThat(new TokenLogprob.Alternative(97, "a", -20_000, List.of()).logprob())
                .isEqualTo(-9999);
        assertThat(new TokenLogprob(97, "a", 1e-9, List.of(), List.of()).logprob())
                .isZero();
        assertThat(new TokenLogprob(97, "a", Double.NaN, List.of(), List.of()).logprob())
                .isEqualTo(-9999);
    }

    private static CompletionText text(Tokenizer tokenizer, ReasoningMode mode, StopOptions stop) {
        return new CompletionText(tokenizer, TestTokenizers.END_OF_SEQUENCE, mode, stop, TokenForm.TEXT, null);
    }

    private static GeneratedToken token(int id) {
        return new GeneratedToken(id, -0.25, List.of());
    }

    private static List<ContentDelta> deltas(Tokenizer tokenizer, ReasoningMode mode, StopOptions stop, int... ids) {
        CompletionText text = text(tokenizer, mode, stop);
        List<CompletionEvent> events = new ArrayList<>();
        for (int id : ids) {
            events.addAll(text.append(token(id)));
        }
        events.addAll(text.finish(FinishReason.LENGTH, null));
        return events.stream()
                .filter(ContentDelta.class::isInstance)
                .map(ContentDelta.class::cast)
                .toList();
    }

    private static String joined(List<ContentDelta> deltas) {
        return deltas.stream().map(ContentDelta::text).collect(Collectors.joining());
    }

    private static List<TokenLogprob> logprobs(List<ContentDelta> deltas) {
        return deltas.stream().flatMap(delta -> delta.logprobs().stream()).toList();
    }

    private static String joinedTokens(List<TokenLogprob> logprobs) {
        return logprobs.stream().map(TokenLogprob::token).collect(Collectors.joining());
    }
}
