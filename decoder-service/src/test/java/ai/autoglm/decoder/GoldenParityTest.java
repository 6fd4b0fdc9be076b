package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.schedule.Batch;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Sequence;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Source of the expected values: transformers 5.18 in fp32, see the golden vectors' README.
class GoldenParityTest {
    private static final TokenSpec TOKENS = MiniModel.tokens();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 256})
    void generatesTheGoldenIdsWhateverTheChunkSize(int chunkRows) throws InterruptedException {
        try (MiniModel model = new MiniModel(1, chunkRows)) {
            // Row by row is slow: a few cases of each kind do.
            List<GoldenCase> cases = GoldenCase.all().toList();
            for (int index = 0; index < cases.size(); index += chunkRows == 1 ? 6 : 1) {
                GoldenCase golden = cases.get(index);
                Generation generation = submit(model, golden, golden.name());
                model.finish();
                assertThat(MiniModel.ids(generation)).as(golden.name()).isEqualTo(golden.greedyIds());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void generatesTheGoldenIdsBesideOtherSequences(int slotCount) throws InterruptedException {
        try (MiniModel model = new MiniModel(slotCount, 64)) {
            List<GoldenCase> cases = GoldenCase.all().toList();
            List<Generation> generations = new ArrayList<>();
            cases.forEach(golden -> generations.add(submit(model, golden, golden.name())));
            model.finish();
            for (int index = 0; index < cases.size(); index++) {
                assertThat(MiniModel.ids(generations.get(index)))
                        .as(cases.get(index).name())
                        .isEqualTo(cases.get(index).greedyIds());
            }
        }
    }

    @Test
    void generatesTheGoldenIdsFromCachedPrefixes() throws InterruptedException {
        try (MiniModel model = new MiniModel(3, 64)) {
            List<GoldenCase> cases = GoldenCase.all().toList();
            for (int index = 0; index < 2 * cases.size(); index++) {
                GoldenCase golden = cases.get(index % cases.size());
                Generation generation = submit(model, golden, "");
                model.finish();
                assertThat(MiniModel.ids(generation)).as(golden.name()).isEqualTo(golden.greedyIds());
            }
            assertThat(model.reusedTokenCount()).isGreaterThan(1000);
        }
    }

    @Test
    void computesTheGoldenLogitsAfterThePrompt() {
        try (MiniModel model = new MiniModel(1, 256)) {
            float[] logits = new float[model.runner.vocabularySize()];
            for (GoldenCase golden : GoldenCase.all().toList()) {
                Sequence sequence = new Sequence(golden.request(TOKENS, TokenIds.empty(), ""), logits.length, 0);
                golden.mediaRows(TOKENS, 64).forEach(sequence.mediaRows()::add);
                model.scheduler.submit(sequence);
                model.scheduler.admitNext();
                Batch batch = model.scheduler.next().orElseThrow();
                model.runner.run(batch).copyRow(0, logits);
                assertWithin(logits, golden.firstLogits(), 1e-3f, golden.name());
                model.scheduler.discard(sequence, ServingException.cancelled());
            }
        }
    }

    @Test
    void resumesInTheMiddleOfAnAnswer() throws InterruptedException {
        try (MiniModel model = new MiniModel(1, 64)) {
            for (GoldenCase golden : GoldenCase.all().toList()) {
                TokenIds expected = golden.greedyIds();
                TokenIds delivered = expected.slice(0, expected.size() / 2);
                GenerationRequest request = golden.request(TOKENS, delivered, golden.name());
                Generation generation = model.submit(request, golden.mediaRows(TOKENS, 64));
                model.finish();
                assertThat(delivered.concat(MiniModel.ids(generation)))
                        .as(golden.name())
                        .isEqualTo(expected);
            }
        }
    }

    /// Scored as a prompt, an answer is as likely as it was when it was written.
    @Test
    void scoresAPromptAsItWouldBeWritten() throws InterruptedException {
        try (MiniModel model = new MiniModel(2, 64)) {
            for (GoldenCase golden : GoldenCase.all().limit(6).toList()) {
                GenerationRequest written = golden.request(TOKENS, TokenIds.empty(), golden.name());
                GenerationRequest read = with(
                        written,
                        new FusedPrompt(append(written.prompt().segments(), golden.greedyIds())),
                        null,
                        (Integer) 1);
                Generation writing =
                        model.submit(with(written, written.prompt(), 0, null), golden.mediaRows(TOKENS, 64));
                Generation reading = model.submit(read, golden.mediaRows(TOKENS, 64));
                model.finish();

                List<Float> expected = new ArrayList<>();
                MiniModel.events(writing, event -> {
                    if (event instanceof DecodeEvent.Generated generated) {
                        expected.add(generated.token().logprob());
                    }
                });
                List<PromptTokenLogprob> scores = new ArrayList<>();
                MiniModel.events(reading, event -> {
                    if (event instanceof DecodeEvent.PromptScored scored) {
                        scores.addAll(scored.tokens());
                    }
                });
                assertThat(scores).as(golden.name()).hasSize(read.prompt().rowCount() - 1);
                List<PromptTokenLogprob> answer = scores.subList(scores.size() - expected.size(), scores.size());
                for (int index = 0; index < answer.size(); index++) {
                    assertThat(answer.get(index).logprob()).isCloseTo(expected.get(index), within(1e-3f));
                    assertThat(answer.get(index).rank()).as("greedy").isEqualTo(1);
                }
            }
        }
    }

    private static List<PromptSegment> append(List<PromptSegment> segments, TokenIds answer) {
        List<PromptSegment> all = new ArrayList<>(segments);
        all.add(new PromptSegment.TokenRun(false, answer));
        return all;
    }

    private static GenerationRequest with(
            GenerationRequest request,
            FusedPrompt prompt,
            @Nullable Integer logprobsCount,
            @Nullable Integer promptLogprobsCount) {
        return new GenerationRequest(
                request.requestId(),
                prompt,
                request.sampling(),
                request.stop(),
                request.generated(),
                request.resumed(),
                request.cacheSalt(),
                logprobsCount,
                promptLogprobsCount,
                null,
                request.share());
    }

    private static Generation submit(MiniModel model, GoldenCase golden, String salt) {
        return model.submit(golden.request(TOKENS, TokenIds.empty(), salt), golden.mediaRows(TOKENS, 33));
    }

    private static void assertWithin(float[] actual, float[] expected, float tolerance, String name) {
        float scale = 0;
        float difference = 0;
        for (int id = 0; id < expected.length; id++) {
            scale = Math.max(scale, Math.abs(expected[id]));
            difference = Math.max(difference, Math.abs(actual[id] - expected[id]));
        }
        assertThat(difference).as(name).isLessThanOrEqualTo(tolerance * scale);
    }
}
