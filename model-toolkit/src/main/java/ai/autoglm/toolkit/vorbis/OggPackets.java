package ai.autoglm.toolkit.vorbis;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the packets out of the pages of an Ogg file that holds a single stream; files that mix streams or chain them
/// are refused, since part of their sound would be lost silently. Bytes behind the stream's end are ignored, and
/// of a cut file the whole packets before the cut are kept. Source: RFC 3533.
final class OggPackets {
    private static final int FULL_SEGMENT = 255;
    private static final long NO_GRANULE_POSITION = -1;

    private final byte[] file;
    private final int serialNumber;
    private @Nullable OggPage page;
    private int segment;
    // position of the next segment's bytes
    private int position;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    // whether the bytes at hand belong to a packet whose beginning is unknown
    private boolean headless;

    OggPackets(byte[] file) {
        this.file = file;
        OggPage start = OggPage.read(file, 0).filter(OggPage::first).orElseThrow(Damage::refused);
        this.serialNumber = start.serialNumber();
        enter(start);
    }

    /// The next whole packet, until the stream or the file ends.
    Optional<OggPacket> next() {
        while (page != null) {
            while (segment < page.segmentCount()) {
                int length = Byte.toUnsignedInt(file[page.segmentTable() + segment]);
                if (length > file.length - position) {
                    page = null;
                    return Optional.empty();
                }
                if (!headless) {
                    begun.write(file, position, length);
                }
                position += length;
                segment++;
                if (length < FULL_SEGMENT && !headless) {
                    return Optional.of(finish(page));
                }
                headless &= length == FULL_SEGMENT;
            }
            leave(page);
        }
        return Optional.empty();
    }

    private OggPacket finish(OggPage ending) {
        PacketBits bits = new PacketBits(begun.toByteArray());
        begun.reset();
        boolean lastOnPage = true;
        for (int i = segment; i < ending.segmentCount(); i++) {
            lastOnPage &= Byte.toUnsignedInt(file[ending.segmentTable() + i]) == FULL_SEGMENT;
        }
        boolean positioned = lastOnPage && ending.granulePosition() != NO_GRANULE_POSITION;
        return new OggPacket(bits, positioned ? ending.granulePosition() : null, lastOnPage && ending.last());
    }

    private void enter(OggPage entered) {
        page = entered;
        segment = 0;
        position = entered.segmentTable() + entered.segmentCount();
        headless = entered.continued() && begun.size() == 0;
        if (!entered.continued()) {
            begun.reset();
        }
    }

    private void leave(OggPage finished) {
        page = null;
        if (finished.last() && !OggPage.startsAt(file, finished.end())) {
            return;
        }
        OggPage following = OggPage.read(file, finished.end()).orElse(null);
        if (following == null) {
            return;
        }
        if (finished.last() || following.first() || following.serialNumber() != serialNumber) {
            throw Damage.refused("An Ogg file must hold a single stream; this one holds several");
        }
        enter(following);
    }
}
