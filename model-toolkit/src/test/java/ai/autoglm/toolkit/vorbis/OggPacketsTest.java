package ai.autoglm.toolkit.vorbis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OggPacketsTest {
    private static final byte[] FIRST = OggFile.page(OggFile.FIRST, 0, 7, bytes(3));
    private static final byte[] FULL = new byte[255];

    @Test
    void joinsPacketsThatSpanPages() {
        byte[] file = OggFile.join(
                FIRST,
                OggFile.page(0, 40, 7, bytes(5), FULL),
                OggFile.page(OggFile.CONTINUED, -1, 7, FULL),
                OggFile.page(OggFile.CONTINUED | OggFile.LAST, 90, 7, bytes(1), bytes(0), bytes(2)));

        assertThat(packets(file)).containsExactly("3@0", "5@40", "511", "0", "2@90 last");
    }

    @Test
    void keepsTheWholePacketsOfACutPage() {
        byte[] second = OggFile.page(OggFile.LAST, 40, 7, bytes(5), bytes(6), bytes(7));

        for (int cut = 1; cut < 7; cut++) {
            assertThat(packets(OggFile.join(FIRST, Arrays.copyOf(second, second.length - cut))))
                    .containsExactly("3@0", "5", "6");
        }
        assertThat(packets(OggFile.join(FIRST, Arrays.copyOf(second, 29)))).containsExactly("3@0");
        assertThat(packets(OggFile.join(FIRST, Arrays.copyOf(second, 1)))).containsExactly("3@0");
    }

    @Test
    void dropsAPacketWhoseBeginningOrEndIsLost() {
        byte[] file = OggFile.join(
                FIRST,
                OggFile.page(OggFile.CONTINUED, 40, 7, FULL, bytes(1), bytes(5), FULL),
                OggFile.page(0, 90, 7, bytes(2)));

        assertThat(packets(file)).containsExactly("3@0", "5@40", "2@90");
    }

    @Test
    void ignoresWhatFollowsTheEnd() {
        byte[] file = OggFile.join(FIRST, OggFile.page(OggFile.LAST, 40, 7, bytes(5)), bytes(300));

        assertThat(packets(file)).containsExactly("3@0", "5@40 last");
    }

    @Test
    void refusesDamagedPages() {
        byte[] second = OggFile.page(OggFile.LAST, 40, 7, bytes(5));
        second[second.length - 1] ^= 1;

        assertRefused(OggFile.join(FIRST, second), "Audio could not be decoded: the Ogg file is damaged");
        assertRefused(OggFile.join(FIRST, bytes(50)), "Audio could not be decoded: the Ogg file is damaged");
        assertRefused(OggFile.page(0, 0, 7, bytes(3)), "Audio could not be decoded: the Ogg file is damaged");
        assertRefused(new byte[0], "Audio could not be decoded: the Ogg file is damaged");
    }

    @Test
    void refusesSeveralStreams() {
        String message = "An Ogg file must hold a single stream; this one holds several";
        byte[] last = OggFile.page(OggFile.LAST, 40, 7, bytes(5));

        assertRefused(OggFile.join(FIRST, OggFile.page(OggFile.FIRST, 0, 8, bytes(5))), message);
        assertRefused(OggFile.join(FIRST, OggFile.page(0, 0, 8, bytes(5))), message);
        assertRefused(OggFile.join(FIRST, last, FIRST), message);
        assertRefused(OggFile.join(FIRST, last, last), message);
    }

    /// The sizes of a file's packets, and what the pages say about them.
    private static List<String> packets(byte[] file) {
        OggPackets packets = new OggPackets(file);
        List<String> descriptions = new ArrayList<>();
        for (Optional<OggPacket> packet = packets.next(); packet.isPresent(); packet = packets.next()) {
            Long granulePosition = packet.get().granulePosition();
            descriptions.add(packet.get().bits().remainingBits() / 8
                    + (granulePosition == null ? "" : "@" + granulePosition)
                    + (packet.get().last() ? " last" : ""));
        }
        return descriptions;
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatExceptionOfType(ServingException.class)
                .isThrownBy(() -> packets(file))
                .withMessage(message);
    }

    private static byte[] bytes(int count) {
        return new byte[count];
    }
}
