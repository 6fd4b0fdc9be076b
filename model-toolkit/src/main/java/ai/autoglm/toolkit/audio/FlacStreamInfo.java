package ai.autoglm.toolkit.audio;

import java.nio.ByteBuffer;

/// What holds for all frames of a FLAC file. Source: RFC 9639 8.2.
///
/// @param claimedSampleCount 0 where the encoder did not know it
record FlacStreamInfo(int samplingRate, int channelCount, int bits, long claimedSampleCount) {
    private static final int FIELDS_OFFSET = 10;

    static FlacStreamInfo read(ByteBuffer file, int offset) {
        // 20 bits, 3 bits, 5 bits, 36 bits
        long fields = file.getLong(offset + FIELDS_OFFSET);
        return new FlacStreamInfo(
                (int) (fields >>> 44),
                (int) ((fields >>> 41) & 0b111) + 1,
                (int) ((fields >>> 36) & 0b1_1111) + 1,
                fields & ((1L << 36) - 1));
    }
}
