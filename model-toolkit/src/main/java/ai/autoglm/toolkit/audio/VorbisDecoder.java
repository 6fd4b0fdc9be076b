package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.vorbis.VorbisStream;
import java.util.Optional;

/// Takes the sound of an Ogg Vorbis file.
final class VorbisDecoder {
    private VorbisDecoder() {}

    static Waveform decode(byte[] data, AudioLimits limits, Deadline deadline) {
        VorbisStream stream = VorbisStream.open(data);
        WaveformBuilder waveform = new WaveformBuilder(stream.samplingRate(), stream.channelCount(), limits, deadline);
        for (Optional<float[]> sums = stream.next(); sums.isPresent(); sums = stream.next()) {
            deadline.check();
            for (float sum : sums.get()) {
                waveform.add(sum);
            }
        }
        return waveform.build();
    }
}
