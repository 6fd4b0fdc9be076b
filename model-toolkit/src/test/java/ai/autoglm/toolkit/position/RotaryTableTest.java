package ai.autoglm.toolkit.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.position.PositionRun.ImageRun;
import ai.autoglm.toolkit.position.PositionRun.TextRun;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotaryTableTest {
    /// torch's bits for theta 10,000 and width 64, MODEL_SPEC A.3.
    private static final String[] TORCH_BITS =
            ("3f800000 3f3ff911 3f0ff59a 3ed7e89b 3ea1e89b 3e72d423 3e361887 3e088d77"
                            + " 3dcccccd 3d99940d 3d6655c2 3d2cba15 3d0186e3 3cc2434f 3c91ad39 3c5a7bf2"
                            + " 3c23d70a 3bf5b9b0 3bb8449c 3b8a2e77 3b4f3e38 3b1b690d 3ae91528 3aaec98e"
                            + " 3a83126f 3a44948c 3a136a16 39dd1725 39a5cb60 3978a815 393a7753 390bd472")
                    .split(" ");

    @Test
    void inverseFrequenciesHaveTheBitsOfTorch() {
        float[] frequencies = InverseFrequencies.of(64, 10_000);
        assertThat(IntStream.range(0, 32).mapToObj(j -> Integer.toHexString(Float.floatToRawIntBits(frequencies[j]))))
                .containsExactly(TORCH_BITS);
    }

    @Test
    void eachSectionFollowsItsRow() {
        MropePositions positions = MropePositions.of(List.of(new TextRun(20_000), new ImageRun(2, 3)));
        int last = 20_005; // row 1, column 2 of the image
        FloatBuffer cosines = FloatBuffer.allocate(2 * 32);
        FloatBuffer sines = FloatBuffer.allocate(2 * 32);
        RotaryTable table = RotaryTable.multimodal(64, 10_000, List.of(8, 12, 12));
        table.write(positions, last - 1, last + 1, cosines, sines);
        assertThat(cosines.remaining()).isZero();
        for (int j = 0; j < table.rowWidth(); j++) {
            int position = 20_000 + (j < 8 ? 0 : j < 20 ? 1 : 2);
            float angle = position * Float.intBitsToFloat(Integer.parseInt(TORCH_BITS[j], 16));
            assertThat(cosines.get(32 + j)).isEqualTo((float) Math.cos(angle));
            assertThat(sines.get(32 + j)).isEqualTo((float) Math.sin(angle));
        }
    }

    @Test
    void oneSectionEqualsThreeWhenAllAxesAgree() {
        FloatBuffer[] text = {FloatBuffer.allocate(16), FloatBuffer.allocate(16)};
        FloatBuffer[] multimodal = {FloatBuffer.allocate(16), FloatBuffer.allocate(16)};
        RotaryTable.text(32, 100_000).write(777, text[0], text[1]);
        RotaryTable.multimodal(32, 100_000, List.of(4, 6, 6)).write(777, multimodal[0], multimodal[1]);
        assertThat(text[0].array()).isEqualTo(multimodal[0].array());
        assertThat(text[1].array()).isEqualTo(multimodal[1].array());
    }

    @Test
    void refusesSectionsThatDoNotFillTheRotaryWidth() {
        assertThatThrownBy(() -> RotaryTable.multimodal(128, 10_000, List.of(8, 12, 12)))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                .hasMessage("mrope_section [8, 12, 12] sums to 32, but half the rotary width"
                        + " (head dim × partial_rotary_factor) is 64; three sections must fill it");
        assertThatThrownBy(() -> RotaryTable.multimodal(64, 10_000, List.of(16, 16)))
                .isInstanceOf(ServingException.class);
        assertThatThrownBy(() -> RotaryTable.text(7, 10_000)).hasMessageContaining("positive and even, but is 7");
    }
}
