package ai.autoglm.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.ChatCompletion;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import org.junit.jupiter.api.Test;

class CompletionAssemblerTest {
    private static final CompletionIdentity IDENTITY = new CompletionIdentity("chatcmpl-1", 1, "m", "fp_1");
    private static final Usage USAGE = Usage.of(Answer.PROMPT, 5, 2);

    @Test
    void joinsTheDeltas() {
        CompletionAssembler assembler = new CompletionAssembler(IDENTITY);
        assertThat(assembler.accept(new ReasoningDelta("a"))).isEmpty();
        assertThat(assembler.accept(new ReasoningDelta("b"))).isEmpty();
        assertThat(assembler.accept(new ContentDelta("c"))).isEmpty();
        assertThat(assembler.accept(new ContentDelta("d"))).isEmpty();
        assertThat(assembler.accept(new Finished(FinishReason.STOP, USAGE)))
                .contains(ChatCompletion.of(IDENTITY, "cd", "ab", FinishReason.STOP, USAGE));
    }

    @Test
    void hasEmptyContentAndNoReasoningWhenNothingCame() {
        assertThat(new CompletionAssembler(IDENTITY).accept(new Finished(FinishReason.LENGTH, USAGE)))
                .contains(ChatCompletion.of(IDENTITY, "", null, FinishReason.LENGTH, USAGE));
    }
}
