package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InverseMdctTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 32, 256, 1024})
    void followsItsDefinition(int size) {
        Random random = new Random(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }

        float[] samples = new InverseMdct(size).transform(values);

        float[] expected = new float[2 * size];
        for (int i = 0; i < 2 * size; i++) {
            double sum = 0;
            for (int k = 0; k < size; k++) {
                sum += values[k] * Math.cos(Math.PI / size * (i + 0.5 + size / 2.0) * (k + 0.5));
            }
            expected[i] = (float) sum;
        }
        assertThat(samples).containsExactly(expected, within(1e-4f));
    }
}
