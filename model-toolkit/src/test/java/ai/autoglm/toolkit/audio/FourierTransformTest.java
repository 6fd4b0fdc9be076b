package ai.autoglm.toolkit.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FourierTransformTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 60, 98, 400, 512})
    void equalsTheDefinition(int size) {
        Random random = new Random(size);
        double[] real = random.doubles(size, -1, 1).toArray();
        double[] imaginary = random.doubles(size, -1, 1).toArray();
        double[] actualReal = real.clone();
        double[] actualImaginary = imaginary.clone();

        new FourierTransform(size).transform(actualReal, actualImaginary);

        for (int k = 0; k < size; k++) {
            double expectedReal = 0;
            double expectedImaginary = 0;
            for (int n = 0; n < size; n++) {
                double angle = -2 * Math.PI * k * n / size;
                expectedReal += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
                expectedImaginary += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
            }
            assertThat(actualReal[k]).isCloseTo(expectedReal, within(1e-10));
            assertThat(actualImaginary[k]).isCloseTo(expectedImaginary, within(1e-10));
        }
    }
}
