package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;

/// The first header packet. Source: Vorbis I 4.2.2.
///
/// @param samplingRate in Hz
/// @param shortBlock samples in a short block
/// @param longBlock samples in a long block
record Identification(int samplingRate, int channelCount, int shortBlock, int longBlock) {
    private static final int MIN_BLOCK = 64;
    private static final int MAX_BLOCK = 8_192;
    private static final int BITRATE_FIELDS = 3;

    Identification {
        Damage.requireIntact(channelCount > 0 && samplingRate > 0);
        Damage.requireIntact(MIN_BLOCK <= shortBlock && shortBlock <= longBlock && longBlock <= MAX_BLOCK);
    }

    /// Reads what follows the packet's type and name.
    static Identification read(PacketBits bits) throws EOFException {
        Damage.requireIntact(bits.read(Integer.SIZE) == 0); // version
        int channelCount = bits.read(Byte.SIZE);
        int samplingRate = bits.read(Integer.SIZE);
        for (int i = 0; i < BITRATE_FIELDS; i++) {
            bits.read(Integer.SIZE);
        }
        int shortBlock = 1 << bits.read(4);
        int longBlock = 1 << bits.read(4);
        Damage.requireIntact(bits.readFlag());
        return new Identification(samplingRate, channelCount, shortBlock, longBlock);
    }
}
