package ai.autoglm.gateway.text;

import static ai.autoglm.gateway.text.TestTokenizers.WITHOUT_TAGS;
import static ai.autoglm.gateway.text.TestTokenizers.WITH_TAGS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// However a text is cut into tokens, the same reasoning and the same content come out.
class PartitionInvarianceTest {
    private static final int TEXT_COUNT = 400;
    private static final int PARTITION_COUNT = 5;
    private static final List<ReasoningMode> MODES = List.copyOf(EnumSet.allOf(ReasoningMode.class));
    private static final List<String> PIECES = List.of(
            "<think>",
            "</think>",
            "<answer>",
            "</answer>",
            "\n",
            " ",
            "你好",
            "😀😁",
            "abc",
            "ab",
            "<",
            "</",
            "<a",
            "thin",
            "do(action=\"Tap\")",
            "é",
            "\n\n");
    private static final List<String> STOPS =
            List.of("abc", "bca", "\n\n", "😁", "好a", "</think>", "k>ab", "\n<", "aba", "<a");

    @Test
    void givesTheSameTextsForEveryPartition() {
        Random random = new Random(3);
        for (int i = 0; i < TEXT_COUNT; i++) {
            List<String> pieces = Stream.generate(() -> PIECES.get(random.nextInt(PIECES.size())))
                    .limit(1 + random.nextInt(12))
                    .toList();
            StopOptions stop = new StopOptions(stops(random), random.nextInt(4) == 0, List.of(), 0, false);
            ReasoningMode mode = MODES.get(random.nextInt(MODES.size()));
            for (Tokenizer tokenizer : List.of(WITH_TAGS, WITHOUT_TAGS)) {
                Answer expected = answer(tokenizer, mode, stop, pieces, random);
                checkEvents(expected, stop);
                for (int j = 1; j < PARTITION_COUNT; j++) {
                    Answer actual = answer(tokenizer, mode, stop, pieces, random);
                    checkEvents(actual, stop);
                    assertThat(actual.reasoning()).as("%s", pieces).isEqualTo(expected.reasoning());
                    assertThat(actual.content()).as("%s", pieces).isEqualTo(expected.content());
                    assertThat(actual.reason()).isEqualTo(expected.reason());
                }
            }
        }
    }

    @Test
    void cutsRawTextExactlyBeforeTheStopThatIsCompleteFirst() {
        Random random = new Random(4);
        for (int i = 0; i < TEXT_COUNT; i++) {
            List<String> pieces = Stream.generate(() -> PIECES.get(random.nextInt(PIECES.size())))
                    .limit(1 + random.nextInt(12))
                    .toList();
            List<String> stops = stops(random);
            StopOptions stop = new StopOptions(stops, false, List.of(), 0, false);
            String content = answer(WITHOUT_TAGS, ReasoningMode.RAW, stop, pieces, random)
                    .content();
            assertThat(content).isEqualTo(cut(String.join("", pieces), stops));
        }
    }

    /// Character by character, as a reader would.
    private static String cut(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            String read = text.substring(0, end);
            int longest = stops.stream()
                    .filter(read::endsWith)
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            if (longest > 0) {
                return text.substring(0, end - longest);
            }
        }
        return text;
    }

    private static List<String> stops(Random random) {
        List<String> stops = new ArrayList<>();
        for (int count = random.nextInt(3); count > 0; count--) {
            stops.add(STOPS.get(random.nextInt(STOPS.size())));
        }
        return stops;
    }

    private static Answer answer(
            Tokenizer tokenizer, ReasoningMode mode, StopOptions stop, List<String> pieces, Random random) {
        return Answer.of(tokenizer, mode, false, stop, Partitions.random(tokenizer, pieces, random));
    }

    private static void checkEvents(Answer answer, StopOptions stop) {
        boolean contentBegan = false;
        for (CompletionEvent event : answer.events()) {
            switch (event) {
                case ReasoningDelta(String text) -> {
                    assertThat(contentBegan).isFalse();
                    checkText(text);
                }
                case ContentDelta(String text, var _) -> {
                    contentBegan = true;
                    checkText(text);
                }
                case CompletionEvent.PromptTokens _,
                        CompletionEvent.TokensWritten _,
                        CompletionEvent.ToolCallStarted _,
                        CompletionEvent.ToolArgumentsDelta _ -> throw new AssertionError(event);
                case Finished finished -> assertThat(event).isSameAs(answer.finished());
            }
        }
        if (!stop.includeString()) {
            stop.strings().forEach(string -> assertThat(answer.content()).doesNotContain(string));
        }
        assertThat(answer.reason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    }

    private static void checkText(String text) {
        assertThat(text).isNotEmpty();
        assertThat(text.codePoints()).noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        assertThat(text).doesNotContain("\uFFFD");
    }
}
