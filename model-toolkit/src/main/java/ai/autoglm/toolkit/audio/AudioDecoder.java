package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// Turns the bytes of an audio file into one channel of sound at the file's own sampling rate.
final class AudioDecoder {
    private AudioDecoder() {}

    /// Sniffs the format and decodes.
    ///
    /// @throws ServingException INVALID_AUDIO when nothing can be decoded, AUDIO_TOO_LONG when more than the limit
    ///     would be, and what the deadline throws
    static Waveform decode(byte[] data, AudioLimits limits, Deadline deadline) {
        AudioFormat format = AudioFormat.sniff(data)
                .orElseThrow(() -> invalidAudio("Audio must be a WAV, MP3, FLAC or Ogg Vorbis file"));
        try {
            return switch (format) {
                case WAV -> WavDecoder.decode(data, limits, deadline);
                case MP3 -> Mp3Decoder.decode(data, limits, deadline);
                case FLAC -> FlacDecoder.decode(data, limits, deadline);
                case OGG_VORBIS -> VorbisDecoder.decode(data, limits, deadline);
            };
        } catch (ServingException refused) {
            throw refused;
        } catch (RuntimeException damaged) {
            // The codec libraries index tables with whatever a damaged file says.
            throw new ServingException(ErrorCode.INVALID_AUDIO, "Audio could not be decoded: it is damaged", damaged);
        }
    }

    static ServingException invalidAudio(String message) {
        return new ServingException(ErrorCode.INVALID_AUDIO, message);
    }
}
