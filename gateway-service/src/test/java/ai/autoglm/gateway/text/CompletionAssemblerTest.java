package ai.autoglm.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.SamplingOptions;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import ai.autoglm.gateway.text.CompletionEvent.ReasoningDelta;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionAssemblerTest {
    private static final CompletionIdentity IDENTITY = new CompletionIdentity("chatcmpl-1", 1, "m", "fp_1");
    private static final Usage USAGE = Usage.of(new PromptTokenCounts(9, 0, 0), 5, 2);

    private final CompletionAssembler assembler = new CompletionAssembler(IDENTITY, GenerationOptions.DEFAULTS);

    @Test
    void joinsTheDeltas() {
        assembler.accept(0, new ReasoningDelta("a"));
        assembler.accept(0, new ReasoningDelta("b"));
        assembler.accept(0, new ContentDelta("c"));
        assembler.accept(0, new ContentDelta("d"));
        assembler.accept(0, new Finished(FinishReason.STOP));

        assertThat(body()).contains("""
                        "choices":[{"index":0,"message":{"role":"assistant","content":"cd","refusal":null,\
                        "reasoning_content":"ab","reasoning":"ab"},"logprobs":null,"finish_reason":"stop"}]""");
    }

    @Test
    void hasEmptyContentAndNoReasoningWhenNothingCame() {
        assembler.accept(0, new Finished(FinishReason.LENGTH));

        assertThat(body()).contains("""
                        "message":{"role":"assistant","content":"","refusal":null},"logprobs":null,\
                        "finish_reason":"length"}]""");
    }

    @Test
    void keepsChoicesApartAndInOrder() {
        assembler.accept(1, new ContentDelta("b"));
        assembler.accept(0, new ContentDelta("a"));
        assembler.accept(1, new Finished(FinishReason.STOP));
        assembler.accept(0, new Finished(FinishReason.LENGTH));

        assertThat(body())
                .containsSubsequence(
                        "\"index\":0", "\"content\":\"a\"", "length", "\"index\":1", "\"content\":\"b\"", "stop");
    }

    @Test
    void joinsLogProbabilities() {
        CompletionAssembler assembler = new CompletionAssembler(
                IDENTITY,
                new GenerationOptions(1, SamplingOptions.DEFAULTS, StopOptions.NONE, null, 0, null, TokenForm.TEXT));
        assembler.accept(0, new ContentDelta("a", List.of(new TokenLogprob(97, "a", -0.5, List.of(97), List.of()))));
        assembler.accept(0, new ContentDelta("b", List.of(new TokenLogprob(98, "b", -1.5, List.of(98), List.of()))));
        assembler.accept(0, new Finished(FinishReason.STOP));

        assertThat(body(assembler)).contains("""
                        "logprobs":{"content":[\
                        {"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[]},\
                        {"token":"b","logprob":-1.5,"bytes":[98],"top_logprobs":[]}],"refusal":null}""");
    }

    private String body() {
        return body(assembler);
    }

    private static String body(CompletionAssembler assembler) {
        BodyAssembler.Body body = assembler.finish(USAGE);
        assertThat(body.contentType()).isEqualTo("application/json");
        return body.text();
    }
}
