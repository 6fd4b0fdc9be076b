package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;

/// Reads the setup header. Source: Vorbis I 4.2.4.
final class VorbisSetup {
    /// Entries and values of all codebooks together; libvorbis' largest setup has 105,000.
    static final int MAX_CODEBOOK_SIZE = 1 << 19;

    private static final int COUNT_BITS = 6;

    private VorbisSetup() {}

    /// The modes that packets choose from; all else that the header holds hangs on them.
    static List<Mode> readModes(PacketBits bits, int channelCount) throws EOFException {
        List<Codebook> codebooks = readCodebooks(bits);
        int timeCount = bits.read(COUNT_BITS) + 1;
        for (int i = 0; i < timeCount; i++) {
            Damage.requireIntact(bits.read(16) == 0);
        }
        List<Floor> floors = readList(bits, () -> readFloor(bits, codebooks));
        List<Residue> residues = readList(bits, () -> Residue.read(bits, codebooks));
        List<Mapping> mappings = readList(bits, () -> Mapping.read(bits, floors, residues, channelCount));
        List<Mode> modes = readList(bits, () -> Mode.read(bits, mappings));
        Damage.requireIntact(bits.readFlag());
        return modes;
    }

    private static List<Codebook> readCodebooks(PacketBits bits) throws EOFException {
        int count = bits.read(Byte.SIZE) + 1;
        List<Codebook> codebooks = new ArrayList<>(count);
        int size = 0;
        for (int i = 0; i < count; i++) {
            Codebook codebook = Codebook.read(bits, MAX_CODEBOOK_SIZE - size);
            size += codebook.size();
            codebooks.add(codebook);
        }
        return codebooks;
    }

    private static Floor readFloor(PacketBits bits, List<Codebook> codebooks) throws EOFException {
        int type = bits.read(16);
        Damage.requireIntact(type <= 1);
        if (type == 0) {
            throw Damage.refused(
                    "A Vorbis file must have floors of type 1; this one has type 0, which encoders stopped "
                            + "using before Vorbis 1.0");
        }
        return Floor.read(bits, codebooks);
    }

    private static <T> List<T> readList(PacketBits bits, Part<T> part) throws EOFException {
        int count = bits.read(COUNT_BITS) + 1;
        List<T> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(part.read());
        }
        return parts;
    }

    /// Reads the number of one of the parts before.
    static <T> T readChoice(PacketBits bits, List<T> parts) throws EOFException {
        int number = bits.read(Byte.SIZE);
        Damage.requireIntact(number < parts.size());
        return parts.get(number);
    }

    private interface Part<T> {
        T read() throws EOFException;
    }
}
