package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.vorbis.VorbisStream;
import java.util.Optional;

/// Takes the sound of an Ogg Vorbis file.
final class VorbisDecoder {
    private VorbisDecoder() {}

    static Waveform decode(byte[] data, AudioLimits limits) {
        VorbisStream stream = VorbisStream.open(data);
        WaveformBuilder waveform = new WaveformBuilder(stream.samplingRate(), stream.channelCount(), limits);
        for (Optional<float[]> sums = stream.next(); sums.isPresent(); sums = stream.next()) {
            for (float sum : sums.get()) {
                waveform.add(sum);
            }
        }
        return waveform.build();
    }
}
