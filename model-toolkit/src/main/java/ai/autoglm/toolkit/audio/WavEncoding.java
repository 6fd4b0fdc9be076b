package ai.autoglm.toolkit.audio;

import java.nio.ByteBuffer;

/// How one sample is stored in a WAV file, and the way from there to [−1, 1].
enum WavEncoding {
    PCM_8(1),
    PCM_16(2),
    PCM_24(3),
    PCM_32(4),
    FLOAT_32(4),
    FLOAT_64(8),
    A_LAW(1),
    MU_LAW(1);

    private final int bytes;

    WavEncoding(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /// The sample that starts at `offset` of the little-endian `data`.
    float sample(ByteBuffer data, int offset) {
        return switch (this) {
            case PCM_8 -> (Byte.toUnsignedInt(data.get(offset)) - 128) / 0x1p7f;
            case PCM_16 -> data.getShort(offset) / 0x1p15f;
            case PCM_24 -> ((data.getShort(offset + 1) << 8) | Byte.toUnsignedInt(data.get(offset))) / 0x1p23f;
            case PCM_32 -> data.getInt(offset) / 0x1p31f;
            case FLOAT_32 -> data.getFloat(offset);
            case FLOAT_64 -> (float) data.getDouble(offset);
            case A_LAW -> aLaw(data.get(offset)) / 0x1p15f;
            case MU_LAW -> muLaw(data.get(offset)) / 0x1p15f;
        };
    }

    /// The encoding that a format chunk names.
    ///
    /// @param tag wFormatTag, or the start of the sub-format's GUID
    /// @param bits of one sample; between two byte sizes it is stored left-justified in the larger
    static WavEncoding of(int tag, int bits) {
        int sampleBytes = Math.ceilDiv(bits, Byte.SIZE);
        return switch ((tag << 8) | sampleBytes) {
            case 0x101 -> PCM_8;
            case 0x102 -> PCM_16;
            case 0x103 -> PCM_24;
            case 0x104 -> PCM_32;
            case 0x304 -> FLOAT_32;
            case 0x308 -> FLOAT_64;
            case 0x601 -> A_LAW;
            case 0x701 -> MU_LAW;
            default ->
                throw AudioDecoder.invalidAudio("A WAV file must hold PCM of 8, 16, 24 or 32 bits, floats of 32 or 64 "
                        + "bits, A-law or mu-law; this one has format " + tag + " with " + bits + " bits");
        };
    }

    /// Source: ITU-T G.711, A-law, scaled to 16 bits.
    private static int aLaw(byte code) {
        int bits = code ^ 0x55;
        int segment = (bits & 0x70) >> 4;
        int mantissa = (bits & 0x0F) << 4;
        int magnitude = segment == 0 ? mantissa + 0x08 : (mantissa + 0x108) << (segment - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// Source: ITU-T G.711, mu-law, scaled to 16 bits.
    private static int muLaw(byte code) {
        int bits = ~code;
        int magnitude = (((bits & 0x0F) << 3) + 0x84) << ((bits & 0x70) >> 4);
        return (bits & 0x80) != 0 ? 0x84 - magnitude : magnitude - 0x84;
    }
}
