package ai.autoglm.toolkit.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.toolkit.engine.ElementType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {
    private static final int BLOCK = 64;

    @ParameterizedTest
    @EnumSource(CodeRange.class)
    void codesStayInTheirRangeAndNumbersWithinHalfAStep(CodeRange range) {
        Quantizer quantizer = new Quantizer(range, ElementType.FLOAT32);
        float[] values = normal(1, 100 * BLOCK);
        byte[] codes = new byte[values.length];
        for (int block = 0; block < values.length; block += BLOCK) {
            float scale = quantizer.quantize(values, block, BLOCK, codes);
            for (int index = block; index < block + BLOCK; index++) {
                assertThat((int) codes[index]).isBetween(range.min(), range.max());
                boolean clipped = codes[index] == range.min() || codes[index] == range.max();
                if (!clipped) {
                    assertThat(codes[index] * scale).isCloseTo(values[index], within(scale * 0.5001f));
                }
            }
        }
    }

    @Test
    void eightBitsKeepTheLargestMagnitude() {
        float[] values = {0.1f, -2.54f, 1};
        byte[] codes = new byte[3];

        float scale = new Quantizer(CodeRange.INT8, ElementType.FLOAT32).quantize(values, 0, 3, codes);

        assertThat(scale).isCloseTo(0.02f, within(1e-6f));
        assertThat(codes).containsExactly(5, -127, 50);
    }

    @Test
    void searchedFourBitScalesLoseLessThanThoseOfTheLargestMagnitude() {
        float[] values = normal(2, 1000 * BLOCK);
        byte[] codes = new byte[values.length];
        QuantizationError searched = new QuantizationError();
        QuantizationError plain = new QuantizationError();
        Quantizer quantizer = new Quantizer(CodeRange.INT4, ElementType.FLOAT32);
        for (int block = 0; block < values.length; block += BLOCK) {
            searched.add(values, block, BLOCK, codes, quantizer.quantize(values, block, BLOCK, codes));
            float scale = Quantizer.largestMagnitude(values, block, BLOCK) / 7;
            quantizer.encode(values, block, BLOCK, scale, codes);
            plain.add(values, block, BLOCK, codes, scale);
        }

        assertThat(searched.relative()).isLessThan(0.93 * plain.relative()).isLessThan(0.1);
    }

    @ParameterizedTest
    @EnumSource(CodeRange.class)
    void zerosAreZerosWithAScaleThatEnginesTake(CodeRange range) {
        byte[] codes = new byte[BLOCK];

        float scale = new Quantizer(range, ElementType.FLOAT16).quantize(new float[BLOCK], 0, BLOCK, codes);

        assertThat(scale).isPositive();
        assertThat(codes).containsOnly(0);
    }

    @Test
    void scalesAreRoundedToTheirTypeBeforeCodesAre() {
        float[] values = normal(3, BLOCK);
        byte[] codes = new byte[BLOCK];

        float scale = new Quantizer(CodeRange.INT4, ElementType.FLOAT16).quantize(values, 0, BLOCK, codes);
        float tiny = new Quantizer(CodeRange.INT4, ElementType.FLOAT16).scale(new float[] {1e-30f}, 0, 1);

        assertThat(Float.float16ToFloat(Float.floatToFloat16(scale))).isEqualTo(scale);
        assertThat(tiny).isEqualTo(0x1p-24f);
    }

    @Test
    void scalesOfOtherTypesAreRefused() {
        assertThatThrownBy(() -> new Quantizer(CodeRange.INT4, ElementType.BFLOAT16))
                .hasMessage("Scales are FLOAT32 or FLOAT16, not BFLOAT16");
    }

    private static float[] normal(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }
}
