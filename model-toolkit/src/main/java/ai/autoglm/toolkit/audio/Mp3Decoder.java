package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.BitstreamException;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.DecoderException;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.Obuffer;

/// Decodes MP3 with JLayer. The decoder only ever sees the whole frames that [Mp3Frames] found, since it would allocate
/// what a tag claims and invent what a cut frame lacks.
final class Mp3Decoder {
    /// JLayer's own full scale.
    private static final float FULL_SCALE = 32_700;

    /// What every decoder of this kind adds to the delay of the encoder.
    private static final int DECODER_DELAY = 529;

    static {
        fillSharedTables();
    }

    private Mp3Decoder() {}

    static Waveform decode(byte[] data, AudioLimits limits, Deadline deadline) {
        Mp3Frames frames = Mp3Frames.read(data);
        MpegHeader header = frames.header();
        WaveformBuilder waveform = new WaveformBuilder(header.samplingRate(), header.channelCount(), limits, deadline);
        long codedSamples = (long) frames.frameCount() * header.samplesPerFrame();
        Mp3Frames.Gapless gapless = frames.gapless();
        long start = gapless.delay() == 0 ? 0 : gapless.delay() + DECODER_DELAY;
        long length = Math.max(0, codedSamples - gapless.delay() - gapless.padding());
        long end = Math.min(codedSamples, start + length);
        waveform.requireWithinLimit(end - start);
        decodeFrames(frames, start, end, waveform, deadline);
        return waveform.build();
    }

    private static void decodeFrames(
            Mp3Frames frames, long start, long end, WaveformBuilder waveform, Deadline deadline) {
        try {
            Bitstream stream = new Bitstream(frames.stream());
            Decoder decoder = new Decoder();
            FrameSamples samples = new FrameSamples();
            decoder.setOutputBuffer(samples);
            int samplesPerFrame = frames.header().samplesPerFrame();
            long position = 0;
            for (Header header = stream.readFrame(); header != null && position < end; header = stream.readFrame()) {
                deadline.check();
                decoder.decodeFrame(header, stream);
                stream.closeFrame();
                int from = Math.clamp(start - position, 0, samplesPerFrame);
                int to = (int) Math.min(end - position, samplesPerFrame);
                for (int sample = from; sample < to; sample++) {
                    waveform.add(samples.channelSum(sample) / FULL_SCALE);
                }
                position += samplesPerFrame;
            }
        } catch (BitstreamException | DecoderException damaged) {
            throw new IllegalStateException("JLayer refused a frame", damaged);
        }
    }

    /// JLayer fills static tables when they are first used, without a lock. Decoding one silent frame while this class
    /// is initialised, which the JVM guards, makes them safe for all threads.
    private static void fillSharedTables() {
        byte[] silence = new byte[417];
        silence[0] = (byte) 0xFF;
        silence[1] = (byte) 0xFB;
        silence[2] = (byte) 0x90;
        MpegHeader header = MpegHeader.at(silence, 0).orElseThrow();
        Mp3Frames frames = new Mp3Frames(new ByteArrayInputStream(silence), 1, header, Mp3Frames.Gapless.NONE);
        decodeFrames(
                frames,
                0,
                header.samplesPerFrame(),
                new WaveformBuilder(header.samplingRate(), header.channelCount(), AudioLimits.DEFAULT, Deadline.NONE),
                Deadline.NONE);
    }

    /// The samples of one frame, in floats; JLayer's own buffer rounds them to 16 bits. What a frame does not fill, as
    /// the first after a cut, is silence.
    private static final class FrameSamples extends Obuffer {
        private final float[] sums = new float[OBUFFERSIZE];
        private final int[] ends = new int[MAXCHANNELS];

        float channelSum(int sample) {
            return sums[sample];
        }

        @Override
        public void appendSamples(int channel, float[] samples) {
            for (float sample : samples) {
                sums[ends[channel]++] += sample;
            }
        }

        @Override
        public void append(int channel, short sample) {
            sums[ends[channel]++] += sample;
        }

        @Override
        public void clear_buffer() {
            Arrays.fill(sums, 0);
            Arrays.fill(ends, 0);
        }

        @Override
        public void write_buffer(int value) {}

        @Override
        public void close() {}

        @Override
        public void set_stop_flag() {}
    }
}
