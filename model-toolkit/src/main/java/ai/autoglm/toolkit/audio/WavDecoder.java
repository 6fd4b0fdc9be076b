package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.deadline.Deadline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Reads RIFF WAVE. Every size that the file claims is clipped to the bytes that are there, which also reads the
/// files of streaming encoders, whose sizes are 0 or 0xFFFFFFFF.
final class WavDecoder {
    private static final int RIFF_HEADER_BYTES = 12;
    private static final int CHUNK_HEADER_BYTES = 8;
    private static final int FORMAT_CHUNK_BYTES = 16;
    private static final int SUBFORMAT_OFFSET = 24;
    private static final int EXTENSIBLE = 0xFFFE;

    private WavDecoder() {}

    static Waveform decode(byte[] data, AudioLimits limits, Deadline deadline) {
        ByteBuffer file = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        Format format = null;
        long position = RIFF_HEADER_BYTES;
        while (position + CHUNK_HEADER_BYTES <= data.length) {
            int header = (int) position;
            int start = header + CHUNK_HEADER_BYTES;
            long claimedBytes = Integer.toUnsignedLong(file.getInt(header + 4));
            if (AudioFormat.startsWith(data, header, "data")) {
                long bytes = claimedBytes == 0 ? Long.MAX_VALUE : claimedBytes;
                return decodeSamples(
                        file.slice(start, (int) Math.min(bytes, data.length - start)), format, limits, deadline);
            }
            if (AudioFormat.startsWith(data, header, "fmt ")) {
                format = Format.read(file.slice(start, (int) Math.min(claimedBytes, data.length - start)));
            }
            position = start + claimedBytes + claimedBytes % 2;
        }
        throw AudioDecoder.invalidAudio("Audio could not be decoded: the WAV file has no data");
    }

    private static Waveform decodeSamples(
            ByteBuffer chunk, @Nullable Format format, AudioLimits limits, Deadline deadline) {
        if (format == null) {
            throw AudioDecoder.invalidAudio("Audio could not be decoded: the WAV file has no format before its data");
        }
        ByteBuffer data = chunk.order(ByteOrder.LITTLE_ENDIAN);
        WaveformBuilder waveform = new WaveformBuilder(format.samplingRate, format.channelCount, limits, deadline);
        int sampleBytes = format.encoding.bytes();
        int sampleCount = data.limit() / (sampleBytes * format.channelCount);
        waveform.requireWithinLimit(sampleCount);
        int offset = 0;
        for (int sample = 0; sample < sampleCount; sample++) {
            float sum = 0;
            for (int channel = 0; channel < format.channelCount; channel++) {
                sum += format.encoding.sample(data, offset);
                offset += sampleBytes;
            }
            waveform.add(sum);
        }
        return waveform.build();
    }

    private record Format(WavEncoding encoding, int channelCount, int samplingRate) {
        static Format read(ByteBuffer slice) {
            ByteBuffer chunk = slice.order(ByteOrder.LITTLE_ENDIAN);
            if (chunk.limit() < FORMAT_CHUNK_BYTES) {
                throw AudioDecoder.invalidAudio("Audio could not be decoded: the WAV file has an incomplete format");
            }
            int tag = Short.toUnsignedInt(chunk.getShort(0));
            if (tag == EXTENSIBLE && chunk.limit() >= SUBFORMAT_OFFSET + Short.BYTES) {
                tag = Short.toUnsignedInt(chunk.getShort(SUBFORMAT_OFFSET));
            }
            int bits = Short.toUnsignedInt(chunk.getShort(14));
            int channelCount = Short.toUnsignedInt(chunk.getShort(2));
            return new Format(WavEncoding.of(tag, bits), channelCount, chunk.getInt(4));
        }
    }
}
