package ai.autoglm.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How often quantised weights give the answers of fp32, side by side in eight slots.
class QuantizedParityTest {
    /// Bounds are four below what the accuracy benchmark measures: another CPU's kernels add in another order, which
    /// moves a close call.
    @ParameterizedTest
    @CsvSource({"INT8, 24", "INT4, 18"})
    void mostGoldenAnswersSurviveQuantisedWeights(Precision precision, int bound) throws InterruptedException {
        List<GoldenCase> cases = GoldenCase.all().toList();
        List<String> same = new ArrayList<>();
        try (MiniModel model = new MiniModel(precision, 8, 64)) {
            List<Generation> generations = new ArrayList<>();
            for (GoldenCase golden : cases) {
                generations.add(model.submit(
                        golden.request(MiniModel.tokens(), TokenIds.empty(), golden.name()),
                        golden.mediaRows(MiniModel.tokens(), 64)));
            }
            model.finish();
            for (int index = 0; index < cases.size(); index++) {
                TokenIds ids = MiniModel.ids(generations.get(index));
                assertThat(ids.size()).isBetween(1, cases.get(index).maxTokens());
                if (ids.equals(cases.get(index).greedyIds())) {
                    same.add(cases.get(index).name());
                }
            }
        }
        assertThat(same).contains("text-en", "speech0").hasSizeGreaterThanOrEqualTo(bound);
    }
}
