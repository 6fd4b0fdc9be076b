package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import java.io.EOFException;
import java.nio.ByteBuffer;

/// Reads FLAC: the stream information, then frame after frame. Decoded here, since the Java libraries for it hang on
/// damaged files. Source: RFC 9639.
final class FlacDecoder {
    private static final int MAGIC_BYTES = 4;
    private static final int BLOCK_HEADER_BYTES = 4;

    private FlacDecoder() {}

    static Waveform decode(byte[] data, AudioLimits limits, Deadline deadline) {
        FlacStreamInfo info = FlacStreamInfo.read(ByteBuffer.wrap(data), MAGIC_BYTES + BLOCK_HEADER_BYTES);
        WaveformBuilder waveform = new WaveformBuilder(info.samplingRate(), info.channelCount(), limits, deadline);
        waveform.requireWithinLimit(info.claimedSampleCount());
        FlacFrameReader frames = new FlacFrameReader(data, firstFrame(data), info);
        long decoded = 0;
        try {
            while (frames.hasNext() && (info.claimedSampleCount() == 0 || decoded < info.claimedSampleCount())) {
                deadline.check();
                decoded += frames.next(waveform);
            }
        } catch (EOFException cut) {
            // The whole frames before the cut are the audio, as in every player.
        }
        return waveform.build();
    }

    private static int firstFrame(byte[] data) {
        int position = MAGIC_BYTES;
        boolean last = false;
        while (!last) {
            int header = ByteBuffer.wrap(data).getInt(position);
            last = header < 0;
            position = Math.addExact(position, BLOCK_HEADER_BYTES + (header & 0xFFFFFF));
        }
        return position;
    }
}
