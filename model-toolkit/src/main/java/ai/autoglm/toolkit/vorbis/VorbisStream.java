package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The sound of an Ogg Vorbis file, block after block. One stream per file: chained and multiplexed files are refused.
/// Owned by one thread. Source: the Vorbis I specification.
public final class VorbisStream {
    private static final int IDENTIFICATION = 1;
    private static final int COMMENTS = 3;
    private static final int SETUP = 5;
    private static final byte[] NAME = "vorbis".getBytes(StandardCharsets.US_ASCII);

    private final OggPackets packets;
    private final Identification identification;
    private final PacketDecoder decoder;
    private final BlockOverlap overlap;
    private final StreamPosition position = new StreamPosition();

    private VorbisStream(OggPackets packets, Identification identification, List<Mode> modes) {
        this.packets = packets;
        this.identification = identification;
        this.decoder = new PacketDecoder(identification, modes);
        this.overlap = new BlockOverlap(identification);
    }

    /// Reads the headers of a file, which is not copied.
    ///
    /// @throws ServingException INVALID_AUDIO when they are damaged, or beyond what is decoded here
    public static VorbisStream open(byte[] file) {
        OggPackets packets = new OggPackets(file);
        try {
            Identification identification = Identification.read(header(packets, IDENTIFICATION));
            header(packets, COMMENTS);
            List<Mode> modes = VorbisSetup.readModes(header(packets, SETUP), identification.channelCount());
            return new VorbisStream(packets, identification, modes);
        } catch (EOFException cut) {
            throw Damage.refused("Audio could not be decoded: the Vorbis headers are not complete");
        }
    }

    private static PacketBits header(OggPackets packets, int type) throws EOFException {
        PacketBits bits = packets.next().orElseThrow(EOFException::new).bits();
        boolean expected = bits.read(Byte.SIZE) == type;
        for (byte letter : NAME) {
            expected &= bits.read(Byte.SIZE) == letter;
        }
        if (!expected && type == IDENTIFICATION) {
            throw Damage.refused("An Ogg file must hold Vorbis; this one holds something else");
        }
        Damage.requireIntact(expected);
        return bits;
    }

    /// In Hz, positive; not bounded here.
    public int samplingRate() {
        return identification.samplingRate();
    }

    /// From 1 to 255.
    public int channelCount() {
        return identification.channelCount();
    }

    /// The next samples, at most 8192 and perhaps none, each the sum over the channels, whose full scale is 1; nothing
    /// when the stream ends.
    ///
    /// @throws ServingException INVALID_AUDIO when the file is damaged
    public Optional<float[]> next() {
        return packets.next().map(this::decode);
    }

    private float[] decode(OggPacket packet) {
        float[] samples = decoder.decode(packet.bits()).map(overlap::append).orElseGet(() -> new float[0]);
        return position.trim(samples, packet);
    }
}
