package ai.autoglm.gateway.text;

import static ai.autoglm.gateway.text.ReasoningMode.HIDDEN;
import static ai.autoglm.gateway.text.ReasoningMode.RAW;
import static ai.autoglm.gateway.text.ReasoningMode.RETURNED;
import static ai.autoglm.gateway.text.TestTokenizers.WITHOUT_TAGS;
import static ai.autoglm.gateway.text.TestTokenizers.WITH_TAGS;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.toolkit.grammar.GrammarSource;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompletionTextTest {
    private static final String AGENT = "<think>找到播放按钮。</think>\n<answer>do(action=\"Back\")";

    @Test
    void givesTheGoldenTexts() throws IOException {
        JsonNode cases = new ObjectMapper().readTree(TestFiles.golden("golden.json"));
        assertThat(cases).isNotEmpty().allSatisfy(golden -> {
            int[] ids = golden.get("greedy_token_ids")
                    .valueStream()
                    .mapToInt(JsonNode::intValue)
                    .toArray();
            boolean thinks = golden.get("enable_thinking").booleanValue();
            String text = golden.get("greedy_text").textValue();
            Answer answer = Answer.of(WITH_TAGS, thinks ? RAW : HIDDEN, !thinks, Answer.NO_STOP, ids);
            assertThat(answer.content()).as(golden.get("name").textValue()).isEqualTo(text);
            assertThat(answer.reasoningTokens() > 0).isEqualTo(thinks);
        });
    }

    @Test
    void keepsTheModelsOwnTextInRawMode() {
        Answer answer = Answer.of(RAW, " " + AGENT + "\n</answer>\n");
        assertThat(answer.content()).isEqualTo(" " + AGENT + "\n\n");
        assertThat(answer.reasoning()).isEmpty();
        assertThat(answer.reasoningTokens()).isPositive();
    }

    @Test
    void splitsThoughtFromAnswer() {
        Answer answer = Answer.of(RETURNED, AGENT);
        assertThat(answer.reasoning()).isEqualTo("找到播放按钮。");
        assertThat(answer.content()).isEqualTo("do(action=\"Back\")");
        assertThat(answer.reasoningTokens())
                .isEqualTo(WITH_TAGS.encodeText("找到播放按钮。").size());
    }

    @Test
    void countsAHiddenThought() {
        Answer answer = Answer.of(HIDDEN, AGENT);
        assertThat(answer.reasoning()).isEmpty();
        assertThat(answer.content()).isEqualTo("do(action=\"Back\")");
        assertThat(answer.reasoningTokens()).isPositive();
    }

    @Test
    void beginsInsideTheAnswerWhenThePromptOpenedIt() {
        int[] ids = WITH_TAGS.encodeText("\nI am.\n").toArray();
        Answer answer = Answer.of(WITH_TAGS, HIDDEN, true, Answer.NO_STOP, ids);
        assertThat(answer.content()).isEqualTo("I am.");
        assertThat(answer.reasoningTokens()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    plain^text^                                        | -    | plain^text^
                    ^plain                                             | -    | ^plain
                    a <b> </c>                                         | -    | a <b> </c>
                    ^<think>^a^b^</think>^<answer>^c^d^</answer>^      | a^b  | c^d
                    <think>a</think>b^                                 | a    | b
                    <think></think>^<answer>b                          | -    | b
                    <think>a                                           | a    | -
                    <think>a^                                          | a    | -
                    <think>a</think>^                                  | a    | -
                    <think>a<answer>b                                  | a    | b
                    <think>a<think>b</think>c                          | ab   | c
                    <think>a</think>b</think>c                         | a    | bc
                    <think>a</think>b<think>c</think>d                 | a    | bcd
                    a<think>b</think>c                                 | -    | abc
                    a</think>b                                         | -    | ab
                    </think>a                                          | -    | a
                    <answer>a</answer><answer>b                        | -    | ab
                    <answer>a<think>b                                  | -    | ab
                    """)
    void splitsWhateverTheModelDoes(String text, @Nullable String reasoning, @Nullable String content) {
        int[] tokens = WITH_TAGS.encodeText(lines(text)).toArray();
        Answer returned = Answer.of(WITH_TAGS, RETURNED, false, Answer.NO_STOP, tokens);
        assertThat(returned.reasoning()).isEqualTo(lines(reasoning));
        assertThat(returned.content()).isEqualTo(lines(content));
        Answer hidden = Answer.of(WITH_TAGS, HIDDEN, false, Answer.NO_STOP, tokens);
        assertThat(hidden.reasoning()).isEmpty();
        assertThat(hidden.content()).isEqualTo(lines(content));
        int[] letters = WITHOUT_TAGS.encodeText(lines(text)).toArray();
        Answer spelled = Answer.of(WITHOUT_TAGS, RETURNED, false, Answer.NO_STOP, letters);
        assertThat(spelled.reasoning()).isEqualTo(lines(reasoning));
        assertThat(spelled.content()).isEqualTo(lines(content));
    }

    @Test
    void takesATagThatIsSpelledOutForTextWhereTheTokenizerHasTheTag() {
        int[] spelled = WITHOUT_TAGS.encodeText("<think>a</think>b").toArray();
        Answer answer = Answer.of(WITH_TAGS, RETURNED, false, Answer.NO_STOP, spelled);
        assertThat(answer.reasoning()).isEmpty();
        assertThat(answer.content()).isEqualTo("<think>a</think>b");
    }

    @Test
    void leavesTheContentEmptyWhenTheThoughtIsCut() {
        Answer answer = Answer.of(RETURNED, "<think>用户在");
        assertThat(answer.events())
                .startsWith(new ReasoningDelta("用户在"))
                .noneMatch(event -> event instanceof ContentDelta);
        assertThat(answer.reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void givesReasoningBeforeContentAndOneKindInADelta() {
        int[] ids = WITHOUT_TAGS.encodeText(AGENT).toArray();
        List<CompletionEvent> events =
                Answer.of(WITHOUT_TAGS, RETURNED, false, Answer.NO_STOP, ids).events();
        int lastReasoning = events.lastIndexOf(events.stream()
                .filter(event -> event instanceof ReasoningDelta)
                .reduce((first, second) -> second)
                .orElseThrow());
        assertThat(events.subList(0, lastReasoning)).noneMatch(event -> event instanceof ContentDelta);
        assertThat(events.getLast()).isInstanceOf(Finished.class);
    }

    @Test
    void splitsInsideOneToken() {
        CompletionText text = new CompletionText(
                WITHOUT_TAGS, TestTokenizers.END_OF_SEQUENCE, RETURNED, Answer.NO_STOP, TokenForm.TEXT, null);
        for (int id : WITHOUT_TAGS.encodeText("<think>a</think").toArray()) {
            text.append(new GeneratedToken(id));
        }
        assertThat(text.append(new GeneratedToken(WITHOUT_TAGS.encodeText(">").at(0))))
                .isEmpty();
        assertThat(text.append(new GeneratedToken(WITHOUT_TAGS.encodeText("b").at(0))))
                .containsExactly(new ContentDelta("b"));
    }

    @Test
    void neverShowsEndOfSequenceTokens() {
        for (int id : TestTokenizers.END_OF_SEQUENCE) {
            assertThat(Answer.of(WITH_TAGS, RAW, false, Answer.NO_STOP, 40, id, 40)
                            .content())
                    .isEqualTo("II");
        }
    }

    @Test
    void givesWholeCodePointsOnly() {
        CompletionText text = new CompletionText(
                WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RAW, Answer.NO_STOP, TokenForm.TEXT, null);
        int[] bytes = Partitions.byteTokens(WITH_TAGS, "😀");
        assertThat(bytes).hasSize(4);
        assertThat(text.append(new GeneratedToken(bytes[0]))).isEmpty();
        assertThat(text.append(new GeneratedToken(bytes[1]))).isEmpty();
        assertThat(text.append(new GeneratedToken(bytes[2]))).isEmpty();
        assertThat(text.append(new GeneratedToken(bytes[3]))).containsExactly(new ContentDelta("😀"));
    }

    @Test
    void showsAnIncompleteCodePointBeforeTheTagThatCutIt() {
        int[] ids = {
            Partitions.byteTokens(WITH_TAGS, "你")[0], WITH_TAGS.idOf("<answer>").orElseThrow(), 40
        };
        assertThat(Answer.of(WITH_TAGS, RAW, false, Answer.NO_STOP, ids).content())
                .isEqualTo("\uFFFD<answer>I");
        assertThat(Answer.of(WITH_TAGS, RETURNED, false, Answer.NO_STOP, ids).content())
                .isEqualTo("\uFFFDI");
    }

    @Test
    void countsTokens() {
        Answer answer = Answer.of(RETURNED, AGENT);
        int count = WITH_TAGS.encodeText(AGENT).size();
        assertThat(answer.completionTokens()).isEqualTo(count);
    }

    @Test
    void cutsAtTheFirstStopString() {
        Answer answer = Answer.of(RAW, Answer.stopAt("cd", "bc"), "abcdef");
        assertThat(answer.content()).isEqualTo("a");
        assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void prefersTheLongerOfStopStringsThatEndTogether() {
        assertThat(Answer.of(RAW, Answer.stopAt("c", "abc"), "xabc").content()).isEqualTo("x");
    }

    @Test
    void keepsTheStopStringWhenAskedTo() {
        StopOptions stop = new StopOptions(List.of("bc"), true, List.of(), 0, false);
        assertThat(Answer.of(RAW, stop, "abcdef").content()).isEqualTo("abc");
    }

    @Test
    void stopsInsideTheThought() {
        Answer answer = Answer.of(RETURNED, Answer.stopAt("播放"), AGENT);
        assertThat(answer.reasoning()).isEqualTo("找到");
        assertThat(answer.content()).isEmpty();
        assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @EnumSource(ReasoningMode.class)
    void stopsAtATag(ReasoningMode mode) {
        Answer answer = Answer.of(mode, Answer.stopAt("</think>"), AGENT);
        assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.content()).isEqualTo(mode == RAW ? "<think>找到播放按钮。" : "");
    }

    @Test
    void showsNoPartOfATagThatAStopStringCuts() {
        Answer split = Answer.of(RETURNED, Answer.stopAt("swer>do"), AGENT);
        assertThat(split.content()).isEmpty();
        assertThat(split.reasoning()).isEqualTo("找到播放按钮。");
        assertThat(Answer.of(RAW, Answer.stopAt("swer>do"), AGENT).content()).isEqualTo("<think>找到播放按钮。</think>\n<an");
    }

    @Test
    void stopsAtALineEnd() {
        CompletionText text = new CompletionText(
                WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RETURNED, Answer.stopAt("\n"), TokenForm.TEXT, null);
        for (int id : WITH_TAGS.encodeText("one\n").toArray()) {
            text.append(new GeneratedToken(id));
        }
        assertThat(text.stopped()).isTrue();
    }

    @Test
    void holdsBackWhatMayBecomeAStopString() {
        CompletionText text = new CompletionText(
                WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RAW, Answer.stopAt("ABC"), TokenForm.TEXT, null);
        assertThat(text.append(new GeneratedToken(letter('x')))).containsExactly(new ContentDelta("x"));
        assertThat(text.append(new GeneratedToken(letter('A')))).isEmpty();
        assertThat(text.append(new GeneratedToken(letter('B')))).isEmpty();
        assertThat(text.append(new GeneratedToken(letter('A')))).containsExactly(new ContentDelta("AB"));
        assertThat(text.finish(FinishReason.STOP, null))
                .containsExactly(new ContentDelta("A"), new Finished(FinishReason.STOP));
    }

    @Test
    void countsNoTokensAfterTheStop() {
        Answer answer = Answer.of(
                WITH_TAGS, RAW, false, Answer.stopAt("B"), letter('A'), letter('B'), letter('C'), letter('D'));
        assertThat(answer.content()).isEqualTo("A");
        assertThat(answer.completionTokens()).isEqualTo(2);
    }

    @Test
    void doesNotStopBeforeItsLeastTokens() {
        StopOptions stop = new StopOptions(List.of("B"), false, List.of(), 3, false);
        int[] ids = {letter('A'), letter('B'), letter('A'), letter('B'), letter('A')};
        assertThat(Answer.of(WITH_TAGS, RAW, false, stop, ids).content()).isEqualTo("ABA");
    }

    @Test
    void leavesTheTextOfALanguageAsItIs() {
        AnswerLanguage language = new AnswerLanguage(
                new GrammarSource.Regex(".*"),
                new AnswerLanguage.Thought(
                        WITH_TAGS.encodeText("<think>"),
                        WITH_TAGS.encodeText("</think>").at(0),
                        WITH_TAGS.encodeText("\n<answer>")));
        String member = " {\"a\": \"</think><answer>\"}\n ";

        assertThat(inLanguage(language, "<think> hm </think>\n<answer>" + member))
                .containsExactly("hm", member);
    }

    @Test
    void beginsWithTheLanguageWhereThereIsNoThought() {
        AnswerLanguage language = new AnswerLanguage(new GrammarSource.Regex(".*"), null);

        assertThat(inLanguage(language, "\n<think>a")).containsExactly("", "\n<think>a");
    }

    @Test
    void goesOnInTheThoughtThatThePromptHasBegun() {
        assertThat(continued("<think>The user", false, " wants</think>\n<answer>ok"))
                .containsExactly(" wants", "ok");
        assertThat(continued("<think>The user", true, " wants</think>\n<answer>ok"))
                .containsExactly("The user wants", "ok");
    }

    @Test
    void goesOnInTheAnswerThatThePromptHasBegun() {
        assertThat(continued("Once", false, " upon a")).containsExactly("", " upon a");
        assertThat(continued("Once", true, " upon")).containsExactly("", "Once upon");
        assertThat(continued("<think>a</think>\n<answer>b", false, " c")).containsExactly("", " c");
    }

    @Test
    void countsOnlyWhatIsGenerated() {
        CompletionText text = new CompletionText(
                WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RETURNED, Answer.NO_STOP, TokenForm.TEXT, null);
        text.begin(WITH_TAGS.encodeText("<think>The user"), true);
        text.append(new GeneratedToken(letter('a')));

        assertThat(text.completionTokens()).isEqualTo(1);
        assertThat(text.reasoningTokens()).isEqualTo(1);
    }

    private static List<String> inLanguage(AnswerLanguage language, String generated) {
        return texts(
                new CompletionText(
                        WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RETURNED, Answer.NO_STOP, TokenForm.TEXT, language),
                generated);
    }

    private static List<String> continued(String prefill, boolean shown, String generated) {
        CompletionText text = new CompletionText(
                WITH_TAGS, TestTokenizers.END_OF_SEQUENCE, RETURNED, Answer.NO_STOP, TokenForm.TEXT, null);
        List<CompletionEvent> begun = text.begin(WITH_TAGS.encodeText(prefill), shown);
        ChoiceAssembler assembler = new ChoiceAssembler();
        begun.forEach(assembler::accept);
        List<String> rest = texts(text, generated);
        String reasoning = assembler.reasoning();
        return List.of((reasoning == null ? "" : reasoning) + rest.get(0), assembler.content() + rest.get(1));
    }

    /// Reasoning and content.
    private static List<String> texts(CompletionText text, String generated) {
        ChoiceAssembler assembler = new ChoiceAssembler();
        WITH_TAGS.encodeText(generated).stream()
                .forEach(id -> text.append(new GeneratedToken(id)).forEach(assembler::accept));
        text.finish(FinishReason.STOP, null).forEach(assembler::accept);
        String reasoning = assembler.reasoning();
        return List.of(reasoning == null ? "" : reasoning, assembler.content());
    }

    private static int letter(char letter) {
        return Partitions.byteTokens(WITH_TAGS, String.valueOf(letter))[0];
    }

    /// Tables write a line end as `^`.
    private static String lines(@Nullable String value) {
        return value == null ? "" : value.replace('^', '\n');
    }
}
