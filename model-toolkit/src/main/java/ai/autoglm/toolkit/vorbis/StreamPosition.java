package ai.autoglm.toolkit.vorbis;

import java.util.Arrays;

/// Follows the granule positions of a stream and cuts the samples that lie before its start or behind its end; as in
/// libvorbis at most those of one packet. Source: Vorbis I A.2.
final class StreamPosition {
    private long position;
    private boolean known;

    /// What of a packet's samples belongs to the stream.
    float[] trim(float[] samples, OggPacket packet) {
        position += samples.length;
        Long told = packet.granulePosition();
        if (told == null) {
            return samples;
        }
        int surplus = Math.clamp(position - told, 0, samples.length);
        boolean start = !known;
        known = true;
        position = told;
        if (packet.last()) {
            return Arrays.copyOf(samples, samples.length - surplus);
        }
        return start ? Arrays.copyOfRange(samples, surplus, samples.length) : samples;
    }
}
