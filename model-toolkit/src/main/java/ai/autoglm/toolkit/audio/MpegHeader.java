package ai.autoglm.toolkit.audio;

import java.util.Optional;

/// The four bytes before each frame of an MP3 stream. Source: ISO/IEC 11172-3 2.4.1.3 and 13818-3 2.4.1.3; MPEG-2.5 is
/// the common extension to 8, 11.025 and 12 kHz. Free bit rates are not decoded.
///
/// @param lowSamplingRate true for MPEG-2 and 2.5, whose frames hold one granule instead of two
/// @param frameBytes header included
record MpegHeader(boolean lowSamplingRate, int samplingRate, int channelCount, int frameBytes) {
    static final int BYTES = 4;

    private static final int[] KILOBITS_MPEG_1 = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] KILOBITS_MPEG_2 = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] SAMPLING_RATES_MPEG_1 = {44_100, 48_000, 32_000};

    static Optional<MpegHeader> at(byte[] data, int offset) {
        if (offset + BYTES > data.length || data[offset] != (byte) 0xFF || (data[offset + 1] & 0xE6) != 0xE2) {
            return Optional.empty(); // no sync word, or not layer III
        }
        int version = (data[offset + 1] >> 3) & 3;
        int kilobitIndex = (data[offset + 2] >> 4) & 15;
        int rateIndex = (data[offset + 2] >> 2) & 3;
        if (version == 1 || kilobitIndex == 0 || kilobitIndex == 15 || rateIndex == 3) {
            return Optional.empty(); // reserved values, and the free bit rate
        }
        boolean low = version != 3;
        int kilobits = (low ? KILOBITS_MPEG_2 : KILOBITS_MPEG_1)[kilobitIndex - 1];
        int samplingRate = SAMPLING_RATES_MPEG_1[rateIndex] >> (version == 0 ? 2 : low ? 1 : 0);
        int padding = (data[offset + 2] >> 1) & 1;
        int channelCount = (data[offset + 3] & 0xC0) == 0xC0 ? 1 : 2;
        int frameBytes = (low ? 72_000 : 144_000) * kilobits / samplingRate + padding;
        return Optional.of(new MpegHeader(low, samplingRate, channelCount, frameBytes));
    }

    boolean sameStream(MpegHeader other) {
        return lowSamplingRate == other.lowSamplingRate
                && samplingRate == other.samplingRate
                && channelCount == other.channelCount;
    }

    int samplesPerFrame() {
        return lowSamplingRate ? 576 : 1_152;
    }

    int sideInfoBytes() {
        if (lowSamplingRate) {
            return channelCount == 1 ? 9 : 17;
        }
        return channelCount == 1 ? 17 : 32;
    }
}
