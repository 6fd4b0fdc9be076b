package ai.autoglm.toolkit.audio;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The container formats that are decoded, told apart by their first bytes: neither a declared media type nor a file
/// name is trusted.
enum AudioFormat {
    WAV(1),
    /// At its lowest rate, 8 kbit/s at 24 kHz, a frame of 24 bytes holds 576 samples.
    MP3(24),
    /// Silence takes next to nothing.
    FLAC(Integer.MAX_VALUE),
    OGG_VORBIS(Integer.MAX_VALUE);

    private final long maxSamplesPerByte;

    AudioFormat(long maxSamplesPerByte) {
        this.maxSamplesPerByte = maxSamplesPerByte;
    }

    /// Samples of one channel that a file of this size can hold at most.
    long maxSampleCount(int byteCount) {
        return maxSamplesPerByte * byteCount;
    }

    static Optional<AudioFormat> sniff(byte[] data) {
        if ((startsWith(data, 0, "RIFF") || startsWith(data, 0, "RF64")) && startsWith(data, 8, "WAVE")) {
            return Optional.of(WAV);
        }
        if (startsWith(data, 0, "fLaC")) {
            return Optional.of(FLAC);
        }
        if (startsWith(data, 0, "OggS")) {
            return Optional.of(OGG_VORBIS);
        }
        if (startsWith(data, 0, "ID3") || MpegHeader.at(data, 0).isPresent()) {
            return Optional.of(MP3);
        }
        return Optional.empty();
    }

    static boolean startsWith(byte[] data, int offset, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        if (offset + expected.length > data.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (data[offset + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
