package ai.autoglm.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.ChatCompletion.CalledFunction;
import ai.autoglm.gateway.openai.ChatCompletion.ToolCall;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolArgumentsDelta;
import ai.autoglm.gateway.text.CompletionEvent.ToolCallStarted;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolCallScannerTest {
    private static final Set<String> NAMES = Set.of("tap", "tap_twice");

    @Test
    void givesACallAsItComes() {
        ToolCallScanner scanner = scanner(true);

        assertThat(scanner.scan(List.of(new ReasoningDelta("hm")))).containsExactly(new ReasoningDelta("hm"));
        assertThat(scanner.scan(content("ta"))).isEmpty();
        assertThat(scanner.scan(content("p\n"))).isEmpty();
        assertThat(scanner.scan(content("{\"x\"")))
                .containsExactly(new ToolCallStarted(0, "call_0", "tap"), new ToolArgumentsDelta(0, "{\"x\""));
        assertThat(scanner.scan(content(":\"}\\\"\"}"))).containsExactly(new ToolArgumentsDelta(0, ":\"}\\\"\"}"));
        assertThat(scanner.scan(List.of(new Finished(FinishReason.STOP))))
                .containsExactly(new Finished(FinishReason.TOOL_CALLS));
    }

    @Test
    void leavesAnAnswerInWordsAlone() {
        assertThat(scanned(true, "tap the button")).containsExactly(new ContentDelta("tap the button"), STOPPED);
        assertThat(scanned(true, "tap\nthe button")).containsExactly(new ContentDelta("tap\nthe button"), STOPPED);
        assertThat(scanned(true, "tap")).containsExactly(new ContentDelta("tap"), STOPPED);
        assertThat(scanned(true, "tap\n")).containsExactly(new ContentDelta("tap\n"), STOPPED);
        assertThat(scanned(true, "dance\n{}")).containsExactly(new ContentDelta("dance\n{}"), STOPPED);
    }

    @Test
    void findsACallThatWordsAnnounce() {
        assertThat(scanned(true, "I'll tap\nnow.\n\ntap\n{}"))
                .containsExactly(
                        new ContentDelta("I'll tap\nnow."),
                        new ToolCallStarted(0, "call_0", "tap"),
                        new ToolArgumentsDelta(0, "{}"),
                        new Finished(FinishReason.TOOL_CALLS));
        assertThat(scanned(true, "Use tap\n{} for that."))
                .containsExactly(new ContentDelta("Use tap\n{} for that."), STOPPED);
    }

    @Test
    void findsACallInAMessageOfItsOwn() {
        ToolCallScanner scanner = scanner(true);

        assertThat(scanner.scan(content("Well:"))).containsExactly(new ContentDelta("Well:"));
        scanner.beginMessage();
        assertThat(scanner.scan(content("tap\n{}"))).contains(new ToolCallStarted(0, "call_0", "tap"));
    }

    @Test
    void leavesWordsTheirLogProbabilitiesAndACallNone() {
        List<TokenLogprob> tokens = List.of(logprob("Well"), logprob(".\n"), logprob("tap"), logprob("\n{}"));

        assertThat(scanner(true).scan(List.of(new ContentDelta("Well.\ntap\n{}", tokens))))
                .containsExactly(
                        new ContentDelta("Well.", List.of(logprob("Well"), logprob("."))),
                        new ToolCallStarted(0, "call_0", "tap"),
                        new ToolArgumentsDelta(0, "{}"));
    }

    @Test
    void keepsTheNameOfACallThatIsCutApart() {
        assertThat(scanned(true, "tap_twice\n{}"))
                .containsExactly(
                        new ToolCallStarted(0, "call_0", "tap_twice"),
                        new ToolArgumentsDelta(0, "{}"),
                        new Finished(FinishReason.TOOL_CALLS));
    }

    @Test
    void findsSeveralCallsWhereTheyAreAllowed() {
        String text = "tap\n{\"x\":[1,{}]}\ntap_twice\n{}";

        assertThat(scanned(true, text))
                .containsExactly(
                        new ToolCallStarted(0, "call_0", "tap"),
                        new ToolArgumentsDelta(0, "{\"x\":[1,{}]}"),
                        new ToolCallStarted(1, "call_1", "tap_twice"),
                        new ToolArgumentsDelta(1, "{}"),
                        new Finished(FinishReason.TOOL_CALLS));
        assertThat(scanned(false, text))
                .containsExactly(
                        new ToolCallStarted(0, "call_0", "tap"),
                        new ToolArgumentsDelta(0, "{\"x\":[1,{}]}"),
                        new Finished(FinishReason.TOOL_CALLS));
    }

    @Test
    void dropsWordsBehindACall() {
        assertThat(scanned(true, "tap\n{}\nDone.").getLast()).isEqualTo(new Finished(FinishReason.TOOL_CALLS));
        assertThat(scanned(true, "tap\n{}\nDone.")).noneMatch(event -> event instanceof ContentDelta);
    }

    @Test
    void saysThatACallWasCut() {
        ToolCallScanner scanner = scanner(true);
        scanner.scan(content("tap\n{\"x\":"));

        assertThat(scanner.scan(List.of(new Finished(FinishReason.LENGTH))))
                .containsExactly(new Finished(FinishReason.LENGTH));
    }

    @Test
    void doesNotDependOnHowTheTextIsCut() {
        Random random = new Random(6);
        String text = "I tap\ntwice\ntap_twice\n{\"text\":\"a\\\"}{\",\"n\":[{\"k\":{}}]}\ntap\n{}";
        for (int i = 0; i < 200; i++) {
            ToolCallScanner scanner = scanner(true);
            ChoiceAssembler assembler = new ChoiceAssembler();
            for (String piece : pieces(text, random)) {
                scanner.scan(content(piece)).forEach(assembler::accept);
            }
            scanner.scan(List.of(STOPPED)).forEach(assembler::accept);
            assertThat(assembler.toolCalls())
                    .containsExactly(
                            new ToolCall(
                                    "call_0",
                                    new CalledFunction("tap_twice", "{\"text\":\"a\\\"}{\",\"n\":[{\"k\":{}}]}")),
                            new ToolCall("call_1", new CalledFunction("tap", "{}")));
            assertThat(assembler.content().strip()).isEqualTo("I tap\ntwice");
            assertThat(assembler.end().reason()).isEqualTo(FinishReason.TOOL_CALLS);
        }
    }

    private static TokenLogprob logprob(String token) {
        return new TokenLogprob(7, token, -0.5, token.chars().boxed().toList(), List.of());
    }

    private static final Finished STOPPED = new Finished(FinishReason.STOP);

    private static ToolCallScanner scanner(boolean parallel) {
        List<String> given = new ArrayList<>();
        return new ToolCallScanner(NAMES, parallel, () -> {
            given.add("call_" + given.size());
            return given.getLast();
        });
    }

    private static List<CompletionEvent> scanned(boolean parallel, String text) {
        return scanner(parallel).scan(List.of(new ContentDelta(text), STOPPED));
    }

    private static List<CompletionEvent> content(String text) {
        return List.of(new ContentDelta(text));
    }

    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = Math.min(text.length(), start + 1 + random.nextInt(7));
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }
}
