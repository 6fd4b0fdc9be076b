package ai.autoglm.proto.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicThresholdTest {
    @ParameterizedTest
    @CsvSource({"1, 256", "2, 256", "5, 256", "10, 256", "1, 64", "3, 64", "1, 5"})
    void howeverGreedyUsersAreThereIsAPlaceForTheNext(int userCount, int placeCount) {
        int[] held = new int[userCount];
        boolean taken = true;
        while (taken) {
            taken = false;
            for (int user = 0; user < userCount; user++) {
                if (DynamicThreshold.permits(held[user], 1, free(held, placeCount))) {
                    held[user]++;
                    taken = true;
                }
            }
        }

        int least = IntStream.of(held).min().orElseThrow();
        assertThat(free(held, placeCount)).as("free for the next").isPositive();
        assertThat(DynamicThreshold.permits(0, 1, free(held, placeCount))).isTrue();
        assertThat(IntStream.of(held).max().orElseThrow())
                .as("users of equal greed have equal shares")
                .isLessThanOrEqualTo(least + 1);
        assertThat(placeCount - free(held, placeCount))
                .as("most is used")
                .isGreaterThanOrEqualTo(placeCount * 4 / 5 - 1);
    }

    @Test
    void whoHasNothingMayTakeTheLastPlaceAndNobodyMoreThanThereIs() {
        assertThat(DynamicThreshold.permits(0, 1, 1)).isTrue();
        assertThat(DynamicThreshold.permits(0, 2, 1)).isFalse();
        assertThat(DynamicThreshold.permits(1, 1, 1)).isFalse();
    }

    private static int free(int[] held, int placeCount) {
        return placeCount - IntStream.of(held).sum();
    }
}
