package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.List;

/// What a packet's first bits choose: the size of its block and how its channels are coded. Source: Vorbis I 4.2.4.
record Mode(boolean longBlock, Mapping mapping) {
    static Mode read(PacketBits bits, List<Mapping> mappings) throws EOFException {
        boolean longBlock = bits.readFlag();
        Damage.requireIntact(bits.read(Integer.SIZE) == 0); // window and transform type
        return new Mode(longBlock, VorbisSetup.readChoice(bits, mappings));
    }
}
