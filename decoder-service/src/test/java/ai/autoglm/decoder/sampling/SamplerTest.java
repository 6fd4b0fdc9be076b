package ai.autoglm.decoder.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.TokenMask;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final StopConditions NEVER = new StopConditions(1000, 0, Set.of(), Set.of());

    @Test
    void greedyTakesTheLowestOfEqualIds() {
        assertThat(greedy(new float[] {1, 3, -2, 3}, parameters())).isEqualTo(1);
        assertThat(greedy(new float[] {-0.0f, 0.0f}, parameters())).isZero();
    }

    @Test
    void topPZeroAndTopKOneAreGreedy() {
        float[] logits = {1, 1.1f, 1.05f};
        for (long seed = 0; seed < 20; seed++) {
            assertThat(draw(logits, with(1, 0, 0, 0, seed), 0)).isEqualTo(1);
            assertThat(draw(logits, with(1, 1, 1, 0, seed), 0)).isEqualTo(1);
        }
    }

    @Test
    void repetitionPenaltyCountsPromptAndAnswer() {
        float[] logits = {2, -1, 1.5f, -3};
        TokenHistory history = new TokenHistory(4, TokenIds.of(0, 1));
        history.append(3);
        float[] penalized = logits.clone();
        history.penalize(penalized, new SamplingParameters(0, 1, 0, 0, 0, 0, 0, 2, Map.of(), TokenRestrictions.NONE));
        assertThat(penalized).containsExactly(1, -2, 1.5f, -6);
    }

    @Test
    void presenceAndFrequencyPenaltiesCountTheAnswerOnly() {
        TokenHistory history = new TokenHistory(3, TokenIds.of(0, 0, 0));
        history.append(1);
        history.append(1);
        history.append(2);
        float[] penalized = {5, 5, 5};
        history.penalize(
                penalized, new SamplingParameters(0, 1, 0, 0, 0, 0.5f, 0.25f, 1, Map.of(), TokenRestrictions.NONE));
        assertThat(penalized).containsExactly(5, 4, 4.25f);
    }

    @Test
    void logitBiasMovesTheArgmax() {
        SamplingParameters biased =
                new SamplingParameters(0, 1, 0, 0, 0, 0, 0, 1, Map.of(2, 5f, 0, -100f), TokenRestrictions.NONE);
        assertThat(greedy(new float[] {9, 1, 1}, biased)).isEqualTo(2);
    }

    @Test
    void noEndingTokenBeforeMinTokens() {
        StopConditions stop = new StopConditions(10, 2, Set.of(0), Set.of(1));
        TokenHistory history = history(3);
        float[] logits = {9, 8, 1};
        assertThat(sample(logits, parameters(), stop, history)).isEqualTo(2);
        history.append(2);
        assertThat(sample(logits, parameters(), stop, history)).isEqualTo(2);
        history.append(2);
        assertThat(sample(logits, parameters(), stop, history)).isZero();
    }

    @Test
    void drawsOnlyWhatIsAllowed() {
        TokenRestrictions restrictions = new TokenRestrictions(TokenMask.none(4).with(List.of(1, 3)), List.of());
        for (float temperature : new float[] {0, 2}) {
            for (long seed = 0; seed < 20; seed++) {
                SampledToken token = new Sampler(4)
                        .sample(
                                new float[] {9, 8, 7, 6},
                                restricted(temperature, seed, restrictions),
                                NEVER,
                                history(4),
                                null,
                                1);
                assertThat(token.tokenId()).isIn(1, 3);
                assertThat(token.topLogprobs().getFirst().tokenId())
                        .as("log probabilities are the model's own")
                        .isZero();
            }
        }
    }

    @Test
    void completesNoBannedSequence() {
        TokenRestrictions restrictions = new TokenRestrictions(null, List.of(TokenIds.of(0, 1), TokenIds.of(2)));
        SamplingParameters greedy = restricted(0, 0, restrictions);
        TokenHistory history = history(4);
        float[] logits = {5, 9, 10, 1};

        assertThat(sample(logits, greedy, NEVER, history))
                .as("2 is banned by itself")
                .isEqualTo(1);
        history.append(0);
        assertThat(sample(logits, greedy, NEVER, history))
                .as("0 stands before it")
                .isZero();
        history.append(3);
        assertThat(sample(logits, greedy, NEVER, history))
                .as("0 no longer does")
                .isEqualTo(1);
    }

    @Test
    void saysThatNoTokenIsLeft() {
        TokenRestrictions restrictions = new TokenRestrictions(TokenMask.only(1, 3), List.of(TokenIds.of(1, 1)));
        TokenHistory history = history(3);
        SamplingParameters greedy = restricted(0, 0, restrictions);
        float[] logits = {3, 2, 1};

        assertThat(sample(logits, greedy, NEVER, history)).isEqualTo(1);
        history.append(1);
        assertThatThrownBy(() -> sample(logits, greedy, NEVER, history))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_VALUE));
    }

    private static SamplingParameters restricted(float temperature, long seed, TokenRestrictions restrictions) {
        return new SamplingParameters(temperature, 1, 0, 0, seed, 0, 0, 1, Map.of(), restrictions);
    }

    @Test
    void drawsNothingThatTheGrammarRulesOutWhateverTheBias() {
        TokenMask allowed = TokenMask.only(2, 4);
        for (float temperature : new float[] {0, 2}) {
            SamplingParameters biased = new SamplingParameters(
                    temperature, 0.9f, 3, 0, 1, 0, 0, 1, Map.of(0, 100f, 2, -100f), TokenRestrictions.NONE);
            SampledToken token = new Sampler(4).sample(new float[] {9, 8, 0, 7}, biased, NEVER, history(4), allowed, 1);
            assertThat(token.tokenId()).isEqualTo(2);
            assertThat(token.topLogprobs().getFirst().tokenId())
                    .as("log probabilities are the model's own")
                    .isZero();
        }
    }

    @Test
    void drawsFollowTheSoftmax() {
        float[] logits = {0, 1, 2, -1};
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit / 0.7);
        }
        int[] counts = counts(logits, 0.7f, 1, 0, 0, 40_000);
        for (int id = 0; id < logits.length; id++) {
            assertThat(counts[id] / 40_000.0).isCloseTo(Math.exp(logits[id] / 0.7) / sum, within(0.01));
        }
    }

    /// Against the definitions, spelled out: sort, cut to k, cut to the share p of what is left, cut to m
    /// of the best.
    @Test
    void drawsExactlyFromTheTokensThatTheDefinitionsKeep() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            int size = 2 + random.nextInt(12);
            float[] logits = new float[size];
            for (int id = 0; id < size; id++) {
                logits[id] = random.nextInt(8) / 2f;
            }
            int topK = random.nextInt(size + 2);
            float topP = random.nextInt(3) == 0 ? 1 : 0.05f + 0.9f * (float) random.nextDouble();
            float minP = random.nextInt(3) == 0 ? 0.3f : 0;
            Set<Integer> kept = kept(logits, topK, topP, minP);
            Set<Integer> drawn = new TreeSet<>();
            for (long seed = 0; seed < 400; seed++) {
                drawn.add(draw(logits, with(1, topP, topK, minP, seed), 0));
            }
            assertThat(kept).as("k %s p %s m %s", topK, topP, minP).containsAll(drawn);
            assertThat(drawn).contains(kept.iterator().next());
            if (logits.length <= 4) {
                assertThat(drawn).as("k %s p %s m %s", topK, topP, minP).containsExactlyInAnyOrderElementsOf(kept);
            }
        }
    }

    @Test
    void aDrawIsAFunctionOfSeedAndIndex() {
        float[] logits = new float[50];
        List<Integer> first = IntStream.range(0, 30)
                .mapToObj(index -> draw(logits, with(1, 1, 0, 0, 7), index))
                .toList();
        List<Integer> second = IntStream.range(0, 30)
                .mapToObj(index -> draw(logits, with(1, 1, 0, 0, 7), index))
                .toList();
        List<Integer> other = IntStream.range(0, 30)
                .mapToObj(index -> draw(logits, with(1, 1, 0, 0, 8), index))
                .toList();
        assertThat(second).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThat(Set.copyOf(first)).as("indices draw independently").hasSizeGreaterThan(15);
    }

    @Test
    void neverDrawsAMaskedToken() {
        StopConditions stop = new StopConditions(10, 5, Set.of(0), Set.of(2));
        for (long seed = 0; seed < 500; seed++) {
            assertThat(sample(new float[] {5, 1, 5}, with(1, 0.99f, 3, 0, seed), stop, history(3)))
                    .isEqualTo(1);
        }
    }

    @Test
    void logprobsAreThoseOfTheModelBeforePenalties() {
        float[] logits = {1, 2, 3, 3};
        TokenHistory history = history(4);
        history.append(2);
        history.append(3);
        SamplingParameters penalized =
                new SamplingParameters(0, 1, 0, 0, 0, 50, 0, 1, Map.of(), TokenRestrictions.NONE);
        SampledToken sampled = new Sampler(4).sample(logits, penalized, NEVER, history, null, 2);
        double normalizer = Math.log(Math.exp(1) + Math.exp(2) + 2 * Math.exp(3));
        assertThat(sampled.tokenId()).isEqualTo(1);
        assertThat(sampled.logprob()).isCloseTo((float) (2 - normalizer), within(1e-6f));
        assertThat(sampled.topLogprobs()).extracting(TokenLogprob::tokenId).containsExactly(2, 3);
        assertThat(sampled.topLogprobs().getFirst().logprob()).isCloseTo((float) (3 - normalizer), within(1e-6f));
    }

    @Test
    void givesNoMoreLogprobsThanThereAreTokens() {
        SampledToken sampled = new Sampler(2).sample(new float[] {0, 1}, parameters(), NEVER, history(2), null, 20);
        assertThat(sampled.topLogprobs()).extracting(TokenLogprob::tokenId).containsExactly(1, 0);
    }

    @Test
    void refusesLogitsThatAreNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> greedy(new float[] {1, bad}, parameters()))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL));
        }
    }

    @Test
    void leavesTheModelsLogitsAlone() {
        float[] logits = {1, 2, 3};
        draw(logits, new SamplingParameters(1, 0.5f, 2, 0, 0, 1, 1, 2, Map.of(0, 9f), TokenRestrictions.NONE), 0);
        assertThat(logits).containsExactly(1, 2, 3);
    }

    private static Set<Integer> kept(float[] logits, int topK, float topP, float minP) {
        List<Integer> ids =
                new ArrayList<>(IntStream.range(0, logits.length).boxed().toList());
        ids.sort(Comparator.comparingDouble((Integer id) -> -logits[id]).thenComparingInt(id -> id));
        List<Integer> best = topK > 0 && topK < ids.size() ? ids.subList(0, topK) : ids;
        double mass = best.stream().mapToDouble(id -> Math.exp(logits[id])).sum();
        Set<Integer> kept = new LinkedHashSet<>();
        double cumulated = 0;
        for (int id : best) {
            boolean likely = Math.exp(logits[id]) >= minP * Math.exp(logits[best.getFirst()]);
            if (cumulated < topP * mass - 1e-9 && likely) {
                kept.add(id);
            }
            cumulated += Math.exp(logits[id]);
        }
        return kept;
    }

    private static int[] counts(float[] logits, float temperature, float topP, int topK, float minP, int draws) {
        int[] counts = new int[logits.length];
        Sampler sampler = new Sampler(logits.length);
        TokenHistory history = history(logits.length);
        for (long seed = 0; seed < draws; seed++) {
            SamplingParameters parameters = with(temperature, topP, topK, minP, seed);
            counts[
                    sampler.sample(logits, parameters, NEVER, history, null, null)
                            .tokenId()]++;
        }
        return counts;
    }

    private static int greedy(float[] logits, SamplingParameters parameters) {
        return sample(logits, parameters, NEVER, history(logits.length));
    }

    private static int draw(float[] logits, SamplingParameters parameters, int index) {
        TokenHistory history = history(logits.length);
        for (int generated = 0; generated < index; generated++) {
            history.append(0);
        }
        return sample(logits, parameters, NEVER, history);
    }

    private static int sample(
            float[] logits, SamplingParameters parameters, StopConditions stop, TokenHistory history) {
        return new Sampler(logits.length)
                .sample(logits, parameters, stop, history, null, null)
                .tokenId();
    }

    private static TokenHistory history(int vocabularySize) {
        return new TokenHistory(vocabularySize, TokenIds.empty());
    }

    private static SamplingParameters parameters() {
        return SamplingParameters.greedy();
    }

    private static SamplingParameters with(float temperature, float topP, int topK, float minP, long seed) {
        return new SamplingParameters(temperature, topP, topK, minP, seed, 0, 0, 1, Map.of(), TokenRestrictions.NONE);
    }
}
