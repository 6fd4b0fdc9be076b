package ai.autoglm.decoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogprobReaderTest {
    /// Against the definition, spelled out.
    @Test
    void readsLogSoftmaxRankAndTheLikeliest() {
        SplittableRandom random = new SplittableRandom(3);
        LogprobReader reader = new LogprobReader(50);
        for (int round = 0; round < 50; round++) {
            float[] logits = new float[50];
            for (int id = 0; id < logits.length; id++) {
                logits[id] = (float) (random.nextDouble() * 40 - 20);
            }
            int token = random.nextInt(50);

            PromptTokenLogprob scored = reader.ofPrompt(logits, token, 3);

            double sum = 0;
            int likelier = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
                likelier += logit > logits[token] ? 1 : 0;
            }
            assertThat(scored.tokenId()).isEqualTo(token);
            assertThat(scored.logprob()).isCloseTo((float) (logits[token] - Math.log(sum)), within(1e-4f));
            assertThat(scored.rank()).isEqualTo(likelier + 1);
            assertThat(scored.topLogprobs()).hasSize(3);
            assertThat(logits[scored.topLogprobs().getFirst().tokenId()])
                    .isGreaterThanOrEqualTo(logits[scored.topLogprobs().get(1).tokenId()])
                    .isGreaterThanOrEqualTo(logits[token]);
        }
    }

    @Test
    void tellsNoMoreTokensThanThereAre() {
        assertThat(new LogprobReader(3).ofPrompt(new float[] {1, 2, 3}, 0, 20).topLogprobs())
                .extracting(TokenLogprob::tokenId)
                .containsExactly(2, 1, 0);
    }

    @Test
    void staysFiniteWhereLogitsAreFarApart() {
        PromptTokenLogprob scored = new LogprobReader(2).ofPrompt(new float[] {-1e30f, 1e30f}, 0, 0);

        assertThat(scored.logprob()).isFinite().isNegative();
        assertThat(scored.rank()).isEqualTo(2);
        assertThat(scored.topLogprobs()).isEmpty();
    }

    @Test
    void refusesALogitThatIsNoNumber() {
        assertThatThrownBy(() -> new LogprobReader(2).ofPrompt(new float[] {0, Float.NaN}, 0, 0))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL));
    }
}
