package ai.autoglm.toolkit.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes WAV files of any encoding, for tests.
final class WavFile {
    private WavFile() {}

    static byte[] pcm16(int samplingRate, float[] samples) {
        return of(1, 16, 1, samplingRate, encodePcm(samples, 16));
    }

    /// Little-endian samples of 8 (unsigned), 16, 24 or 32 bits.
    static byte[] encodePcm(float[] samples, int bits) {
        ByteBuffer data = ByteBuffer.allocate(samples.length * bits / 8 + 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            long scaled = Math.round(sample * (double) (1L << (bits - 1)));
            long value = Math.clamp(scaled, -(1L << (bits - 1)), (1L << (bits - 1)) - 1);
            data.putInt(data.position(), (int) (bits == 8 ? value + 128 : value));
            data.position(data.position() + bits / 8);
        }
        byte[] bytes = new byte[data.position()];
        data.get(0, bytes);
        return bytes;
    }

    static byte[] encodeFloat32(float[] samples) {
        ByteBuffer data = ByteBuffer.allocate(samples.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(samples);
        return data.array();
    }

    static byte[] encodeFloat64(float[] samples) {
        ByteBuffer data = ByteBuffer.allocate(samples.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            data.putDouble(sample);
        }
        return data.array();
    }

    static byte[] of(int tag, int bits, int channelCount, int samplingRate, byte[] data) {
        return join(riff(), format(tag, bits, channelCount, samplingRate), chunk("data", data.length, data));
    }

    static byte[] riff() {
        return "RIFF\0\0\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] format(int tag, int bits, int channelCount, int samplingRate) {
        int frameBytes = channelCount * bits / 8;
        byte[] body = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) tag)
                .putShort((short) channelCount)
                .putInt(samplingRate)
                .putInt(samplingRate * frameBytes)
                .putShort((short) frameBytes)
                .putShort((short) bits)
                .array();
        return chunk("fmt ", body.length, body);
    }

    static byte[] extensibleFormat(int tag, int bits, int channelCount, int samplingRate) {
        byte[] plain = format(0xFFFE, bits, channelCount, samplingRate);
        byte[] body = ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(plain, 8, 16)
                .putShort((short) 22)
                .putShort((short) bits)
                .putInt(0)
                .putShort((short) tag)
                .array();
        return chunk("fmt ", body.length, body);
    }

    /// @param claimedBytes what the header says, whatever the body holds
    static byte[] chunk(String id, int claimedBytes, byte[] body) {
        return ByteBuffer.allocate(8 + body.length + body.length % 2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(id.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(claimedBytes)
                .put(body)
                .array();
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
