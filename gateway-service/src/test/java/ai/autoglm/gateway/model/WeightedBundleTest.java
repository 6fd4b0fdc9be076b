package ai.autoglm.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedBundleTest {
    private static final int KEY_COUNT = 10_000;

    @Test
    void sharesAreProportionalToWeights() {
        assertThat(shareOfBlue(75, 25)).isBetween(0.73, 0.77);
        assertThat(shareOfBlue(50, 50)).isBetween(0.48, 0.52);
        assertThat(shareOfBlue(1, 99)).isBetween(0.005, 0.015);
    }

    @Test
    void aWeightThatGrowsTakesKeysAndGivesNoneAway() {
        assertThat(IntStream.range(0, KEY_COUNT).filter(key -> isBlue(key, 20, 100)))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(isBlue(key, 40, 100)).isTrue());
    }

    private static double shareOfBlue(int blue, int green) {
        return IntStream.range(0, KEY_COUNT)
                        .filter(key -> isBlue(key, blue, green))
                        .count()
                / (double) KEY_COUNT;
    }

    private static boolean isBlue(int number, int blue, int green) {
        ByteString key = ByteString.copyFromUtf8("conversation " + number);
        return WeightedBundle.score("blue", key, blue) > WeightedBundle.score("green", key, green);
    }
}
