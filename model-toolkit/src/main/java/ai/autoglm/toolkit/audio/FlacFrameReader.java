package ai.autoglm.toolkit.audio;

import java.io.EOFException;
import java.util.Arrays;

/// Decodes the frames of a FLAC file one after the other. Source: RFC 9639 9.
final class FlacFrameReader {
    private static final int SYNC = 0b11_1111_1111_1110;
    private static final int CRC_POLYNOMIAL = 0x8005;

    /// Coefficients of the fixed predictors, by order; nearest sample first.
    private static final int[][] FIXED_PREDICTORS = {{}, {1}, {2, -1}, {3, -3, 1}, {4, -6, 4, -1}};

    private final byte[] data;
    private final FlacStreamInfo info;
    private final BitReader bits;
    // [channel, sample]
    private final long[][] channels;

    FlacFrameReader(byte[] data, int position, FlacStreamInfo info) {
        this.data = data;
        this.info = info;
        this.bits = new BitReader(data, position);
        this.channels = new long[info.channelCount()][];
    }

    boolean hasNext() {
        return bits.bytePosition() < data.length;
    }

    /// Adds the samples of the next frame to a waveform, when its checksum is right, and returns how many they are.
    int next(WaveformBuilder waveform) throws EOFException {
        int start = bits.bytePosition();
        requireIntact(bits.read(14) == SYNC);
        bits.read(2);
        int blockSizeCode = (int) bits.read(4);
        int samplingRateCode = (int) bits.read(4);
        int channelCode = (int) bits.read(4);
        bits.read(4);
        skipFrameNumber();
        int blockSize = blockSize(blockSizeCode);
        skipSamplingRate(samplingRateCode);
        bits.read(Byte.SIZE); // checksum of the header, which the frame's covers
        readSubframes(channelCode, blockSize);
        bits.alignToByte();
        int end = bits.bytePosition();
        requireIntact(bits.read(Short.SIZE) == checksum(start, end));
        decorrelate(channelCode, blockSize);
        float fullScale = 1L << (info.bits() - 1);
        for (int i = 0; i < blockSize; i++) {
            float sum = 0;
            for (long[] channel : channels) {
                sum += channel[i] / fullScale;
            }
            waveform.add(sum);
        }
        return blockSize;
    }

    private void skipFrameNumber() throws EOFException {
        int leadingOnes = Integer.numberOfLeadingZeros(~((int) bits.read(Byte.SIZE) << 24));
        requireIntact(leadingOnes != 1 && leadingOnes <= 7);
        for (int i = 1; i < leadingOnes; i++) {
            bits.read(Byte.SIZE);
        }
    }

    private int blockSize(int code) throws EOFException {
        requireIntact(code != 0);
        return switch (code) {
            case 1 -> 192;
            case 2, 3, 4, 5 -> 144 << code;
            case 6 -> (int) bits.read(Byte.SIZE) + 1;
            case 7 -> (int) bits.read(Short.SIZE) + 1;
            default -> 1 << code;
        };
    }

    private void skipSamplingRate(int code) throws EOFException {
        if (code == 12) {
            bits.read(Byte.SIZE);
        } else if (code == 13 || code == 14) {
            bits.read(Short.SIZE);
        }
    }

    private void readSubframes(int channelCode, int blockSize) throws EOFException {
        int channelCount = channelCode < 8 ? channelCode + 1 : 2;
        requireIntact(channelCode <= 10 && channelCount == channels.length);
        for (int channel = 0; channel < channelCount; channel++) {
            // a difference of two channels needs one bit more
            boolean difference = channelCode == 9 ? channel == 0 : channelCode >= 8 && channel == 1;
            channels[channel] = readSubframe(blockSize, difference ? info.bits() + 1 : info.bits());
        }
    }

    private long[] readSubframe(int blockSize, int sampleBits) throws EOFException {
        requireIntact(bits.read(1) == 0);
        int type = (int) bits.read(6);
        int wastedBits = bits.read(1) == 1 ? bits.readUnary() + 1 : 0;
        int storedBits = sampleBits - wastedBits;
        requireIntact(storedBits > 0);
        long[] samples = new long[blockSize];
        if (type == 0) {
            Arrays.fill(samples, bits.readSigned(storedBits));
        } else if (type == 1) {
            readRaw(samples, 0, blockSize, storedBits);
        } else if (type >= 8 && type <= 12) {
            int order = type - 8;
            requireIntact(order <= blockSize);
            readRaw(samples, 0, order, storedBits);
            readResidual(samples, order);
            predict(samples, FIXED_PREDICTORS[order], 0);
        } else {
            int order = type - 31;
            requireIntact(order >= 1 && order <= blockSize);
            readRaw(samples, 0, order, storedBits);
            readLinearPrediction(samples, order);
        }
        for (int i = 0; i < blockSize; i++) {
            samples[i] <<= wastedBits;
        }
        return samples;
    }

    private void readLinearPrediction(long[] samples, int order) throws EOFException {
        int precision = (int) bits.read(4) + 1;
        int shift = (int) bits.readSigned(5);
        requireIntact(precision < 16 && shift >= 0);
        int[] coefficients = new int[order];
        for (int i = 0; i < order; i++) {
            coefficients[i] = (int) bits.readSigned(precision);
        }
        readResidual(samples, order);
        predict(samples, coefficients, shift);
    }

    private void readRaw(long[] samples, int from, int to, int sampleBits) throws EOFException {
        for (int i = from; i < to; i++) {
            samples[i] = bits.readSigned(sampleBits);
        }
    }

    /// Rice-coded differences from the prediction, in partitions with one parameter each.
    private void readResidual(long[] samples, int order) throws EOFException {
        int method = (int) bits.read(2);
        requireIntact(method <= 1);
        int parameterBits = 4 + method;
        int partitionOrder = (int) bits.read(4);
        int partitionSize = samples.length >> partitionOrder;
        requireIntact(partitionSize << partitionOrder == samples.length && partitionSize >= order);
        int escape = (1 << parameterBits) - 1;
        for (int end = partitionSize, i = order; end <= samples.length; end += partitionSize) {
            int parameter = (int) bits.read(parameterBits);
            if (parameter == escape) {
                readRaw(samples, i, end, (int) bits.read(5));
                i = end;
            }
            for (; i < end; i++) {
                long folded = ((long) bits.readUnary() << parameter) | bits.read(parameter);
                samples[i] = (folded >>> 1) ^ -(folded & 1);
            }
        }
    }

    private static void predict(long[] samples, int[] coefficients, int shift) {
        for (int i = coefficients.length; i < samples.length; i++) {
            long sum = 0;
            for (int j = 0; j < coefficients.length; j++) {
                sum += coefficients[j] * samples[i - 1 - j];
            }
            samples[i] += sum >> shift;
        }
    }

    private void decorrelate(int channelCode, int blockSize) {
        for (int i = 0; channelCode >= 8 && i < blockSize; i++) {
            long first = channels[0][i];
            long second = channels[1][i];
            switch (channelCode) {
                case 8 -> channels[1][i] = first - second;
                case 9 -> channels[0][i] = first + second;
                default -> {
                    long sum = (first << 1) | (second & 1);
                    channels[0][i] = (sum + second) >> 1;
                    channels[1][i] = (sum - second) >> 1;
                }
            }
        }
    }

    private int checksum(int start, int end) {
        int checksum = 0;
        for (int i = start; i < end; i++) {
            checksum ^= Byte.toUnsignedInt(data[i]) << Byte.SIZE;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                checksum = (checksum << 1) ^ ((checksum & 0x8000) != 0 ? CRC_POLYNOMIAL : 0);
            }
        }
        return checksum & 0xFFFF;
    }

    /// Refuses the file where it breaks a rule of the format.
    ///
    /// @throws ServingException INVALID_AUDIO
    private static void requireIntact(boolean intact) {
        if (!intact) {
            throw AudioDecoder.invalidAudio("Audio could not be decoded: the FLAC file is damaged");
        }
    }
}
