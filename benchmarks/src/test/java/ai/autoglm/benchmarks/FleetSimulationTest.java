package ai.autoglm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetSimulationTest {
    private static final StepTimes TIMES = new StepTimes("test", new TreeMap<>(Map.of(1, 10.0, 5, 30.0)), 0.1, 5, 100);
    private static final FleetWorkload WORKLOAD = new FleetWorkload(300, 100, 20);

    private static FleetSimulation simulation(int encoders, int decoders) {
        return new FleetSimulation(TIMES, new Fleet(encoders, decoders, 4, 128), WORKLOAD, 2000, 7);
    }

    @Test
    void aRequestAloneWaitsForNothingButItsOwnWork() {
        // The screenshot, and 200 tokens in chunks of 128 and 72.
        double expected = (100 + (5 + 12.8) + (5 + 7.2)) / 1000;

        assertThat(simulation(1, 1).at(0.001).firstTokenP95()).isCloseTo(expected, within(1e-9));
    }

    @Test
    void aFleetTakesNoMoreThanItsEncodersCan() {
        assertThat(simulation(1, 50).capacity(2)).isBetween(9.0, 10.0);
        assertThat(simulation(2, 50).capacity(2)).isBetween(18.0, 21.0);
    }

    @Test
    void aFleetTakesNoMoreThanItsDecodersCan() {
        // A request needs two chunks, and 19 steps that it shares with at most three others.
        double atMost = 1000 / (30 + 19 * 25.0 / 4);

        assertThat(simulation(50, 1).capacity(2)).isBetween(atMost * 0.8, atMost * 1.02);
    }

    @Test
    void moreWorkWaitsLonger() {
        List<Double> waits = List.of(1.0, 4.0, 6.0).stream()
                .map(rate -> simulation(1, 1).at(rate).firstTokenP95())
                .toList();

        assertThat(waits).isSorted().doesNotHaveDuplicates();
        assertThat(simulation(1, 1).at(50).keptUp()).isFalse();
    }

    @Test
    void stepTimesLieOnLinesThroughWhatWasMeasured() {
        assertThat(List.of(1, 3, 5, 6)).extracting(TIMES::decode).containsExactly(10.0, 20.0, 30.0, 35.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"autoglm-phone-mini-cpu.json", "autoglm-phone-9b-rtx4090-estimate.json"})
    void theFilesSayWhereTheyComeFrom(String file) {
        StepTimes times = StepTimes.read(Path.of(System.getProperty("autoglm.root"), "benchmarks/step-times")
                .resolve(file));

        assertThat(times.source()).matches("(measured|NOT measured): .*");
        assertThat(times.decode(1)).isPositive();
    }
}
