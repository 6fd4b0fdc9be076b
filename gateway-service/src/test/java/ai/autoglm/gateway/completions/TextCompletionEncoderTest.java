package ai.autoglm.gateway.completions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.FinishReason;
import ai.autoglm.gateway.openai.GenerationOptions;
import ai.autoglm.gateway.openai.PromptTokenCounts;
import ai.autoglm.gateway.openai.SamplingOptions;
import ai.autoglm.gateway.openai.StopOptions;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.TokenForm;
import ai.autoglm.gateway.openai.TokenLogprob;
import ai.autoglm.gateway.openai.TokenLogprob.Alternative;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.text.CompletionEvent.ContentDelta;
import ai.autoglm.gateway.text.CompletionEvent.Finished;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextCompletionEncoderTest {
    private static final CompletionIdentity IDENTITY = new CompletionIdentity("cmpl-1", 1_700_000_000L, "m", "fp_1");
    private static final Usage USAGE = Usage.of(new PromptTokenCounts(1, 0, 0), 2, 0);
    private static final GenerationOptions OPTIONS =
            new GenerationOptions(1, SamplingOptions.DEFAULTS, StopOptions.NONE, null, 5, null, TokenForm.TEXT);
    private static final TokenLogprob SMILE = new TokenLogprob(
            1, "😀", -0.5, List.of(240, 159, 152, 128), List.of(new Alternative(3, "x", -1.5, List.of(120))));
    private static final TokenLogprob LETTER = new TokenLogprob(2, "ab", -2, List.of(97, 98), List.of());

    @Test
    void tellsLogprobsWithOffsetsInCharactersOfTheWholeText() {
        TextCompletionEncoder encoder = new TextCompletionEncoder(
                IDENTITY, new StreamOptions(true, false, false), new TextBeginnings(List.of(), 1), OPTIONS);

        String first = encoder.encode(0, new ContentDelta("😀ab", List.of(SMILE, LETTER)), USAGE);
        String second = encoder.encode(0, new ContentDelta("ab", List.of(LETTER)), USAGE);
        String other = encoder.encode(1, new ContentDelta("ab", List.of(LETTER)), USAGE);

        assertThat(first).contains("""
                "logprobs":{"text_offset":[0,1],"token_logprobs":[-0.5,-2.0],"tokens":["😀","ab"],\
                "top_logprobs":[{"😀":-0.5,"x":-1.5},{"ab":-2.0}]}""");
        assertThat(second).contains("\"text_offset\":[3]");
        assertThat(other).contains("\"text_offset\":[0]");
    }

    @Test
    void tellsNoLogprobsAtTheEndOfAChoice() {
        TextCompletionEncoder encoder = new TextCompletionEncoder(
                IDENTITY, new StreamOptions(true, false, false), new TextBeginnings(List.of(), 1), OPTIONS);

        assertThat(encoder.encode(0, new Finished(FinishReason.LENGTH), USAGE))
                .contains("{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"length\"}")
                .doesNotContain("usage");
    }

    @Test
    void collectsLogprobsIntoOneBody() {
        TextCompletionAssembler assembler =
                new TextCompletionAssembler(IDENTITY, new TextBeginnings(List.of(), 1), OPTIONS);
        assembler.accept(1, new Finished(FinishReason.STOP));
        assembler.accept(0, new ContentDelta("😀", List.of(SMILE)));
        assembler.accept(0, new ContentDelta("ab", List.of(LETTER)));
        assembler.accept(0, new Finished(FinishReason.STOP));

        assertThat(assembler.finish(USAGE).text())
                .contains(
                        "\"choices\":[{\"index\":0,\"text\":\"😀ab\",\"logprobs\":{\"text_offset\":[0,1],",
                        "{\"index\":1,\"text\":\"\",\"logprobs\":{\"text_offset\":[],\"token_logprobs\":[],"
                                + "\"tokens\":[],\"top_logprobs\":[]},\"finish_reason\":\"stop\"}");
    }
}
