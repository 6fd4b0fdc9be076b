package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamPositionTest {
    private final StreamPosition position = new StreamPosition();

    @Test
    void cutsTheEndOfTheLastPacket() {
        assertThat(trim(0, null, false)).isEmpty();
        assertThat(trim(4, 4L, false)).containsExactly(1, 2, 3, 4);
        assertThat(trim(4, 7L, true)).containsExactly(1, 2, 3);
    }

    @Test
    void cutsTheEndOfAStreamOfOnePage() {
        assertThat(trim(4, null, false)).containsExactly(1, 2, 3, 4);
        assertThat(trim(4, 5L, true)).containsExactly(1);
    }

    @Test
    void cutsWhatLiesBeforeTheStart() {
        assertThat(trim(4, 1L, false)).containsExactly(4);
        assertThat(trim(4, 5L, false)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void takesAStreamThatBeginsLate() {
        assertThat(trim(4, 1_004L, false)).containsExactly(1, 2, 3, 4);
        assertThat(trim(4, 1_006L, true)).containsExactly(1, 2);
    }

    @Test
    void cutsAtMostOnePacketWhateverThePositionsClaim() {
        assertThat(trim(2, Long.MIN_VALUE, false)).hasSizeLessThanOrEqualTo(2);
        assertThat(trim(2, Long.MAX_VALUE, false)).containsExactly(1, 2);
        assertThat(trim(2, null, false)).containsExactly(1, 2);
        assertThat(trim(2, 0L, true)).hasSizeLessThanOrEqualTo(2);
    }

    private float[] trim(int count, @Nullable Long granulePosition, boolean last) {
        float[] samples = new float[count];
        for (int i = 0; i < count; i++) {
            samples[i] = i + 1f;
        }
        return position.trim(samples, new OggPacket(new BitWriter().packet(), granulePosition, last));
    }
}
