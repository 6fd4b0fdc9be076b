package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is left of the spectra of some channels without their envelopes. Vectors are cut into partitions; each belongs
/// to a class, which says what codebooks its values are the sum of. Source: Vorbis I 8.
final class Residue {
    private static final int PASS_COUNT = 8;

    private final int type;
    private final int begin;
    private final int end;
    private final int partitionSize;
    private final Codebook classCodebook;
    // [class]: bit by bit, whether a pass has values for it
    private final int[] passesOfClass;
    // [class, pass]
    private final @Nullable Codebook[][] codebooks;

    private Residue(
            int type,
            int begin,
            int end,
            int partitionSize,
            Codebook classCodebook,
            int[] passesOfClass,
            @Nullable Codebook[][] codebooks) {
        this.type = type;
        this.begin = begin;
        this.end = end;
        this.partitionSize = partitionSize;
        this.classCodebook = classCodebook;
        this.passesOfClass = passesOfClass;
        this.codebooks = codebooks;
    }

    static Residue read(PacketBits bits, List<Codebook> codebooks) throws EOFException {
        int type = bits.read(16);
        Damage.requireIntact(type <= 2);
        int begin = bits.read(24);
        int end = bits.read(24);
        int partitionSize = bits.read(24) + 1;
        int classCount = bits.read(6) + 1;
        Codebook classCodebook = VorbisSetup.readChoice(bits, codebooks);
        Damage.requireIntact(
                Codebook.powerIsAtMost(classCount, classCodebook.dimensions(), classCodebook.entryCount()));
        int[] passes = new int[classCount];
        for (int i = 0; i < classCount; i++) {
            passes[i] = bits.read(3) | (bits.readFlag() ? bits.read(5) << 3 : 0);
        }
        @Nullable Codebook[][] chosen = new Codebook[classCount][PASS_COUNT];
        for (int i = 0; i < classCount; i++) {
            for (int pass = 0; pass < PASS_COUNT; pass++) {
                if ((passes[i] >> pass & 1) == 1) {
                    Codebook codebook = VorbisSetup.readChoice(bits, codebooks);
                    Damage.requireIntact(codebook.hasVectors());
                    chosen[i][pass] = codebook;
                }
            }
        }
        return new Residue(type, begin, end, partitionSize, classCodebook, passes, chosen);
    }

    /// Adds a packet's values to the vectors of channels, which are zeros before. A packet may end early: what it held
    /// has been added then.
    ///
    /// @param coded by channel, whether its vector is not all zeros
    /// @param channels those of the vectors which are coded together here
    void addValues(PacketBits bits, float[][] vectors, boolean[] coded, List<Integer> channels) throws EOFException {
        float[][] targets = new float[channels.size()][];
        int count = 0;
        for (int channel : channels) {
            if (coded[channel]) {
                targets[count++] = vectors[channel];
            }
        }
        if (count > 0 && type < 2) {
            addPartitions(bits, Arrays.copyOf(targets, count));
        } else if (count > 0) {
            addInterleaved(bits, vectors, channels);
        }
    }

    private void addInterleaved(PacketBits bits, float[][] vectors, List<Integer> channels) throws EOFException {
        int channelCount = channels.size();
        float[] interleaved = new float[channelCount * vectors[0].length];
        try {
            addPartitions(bits, new float[][] {interleaved});
        } finally {
            for (int i = 0; i < channelCount; i++) {
                float[] vector = vectors[channels.get(i)];
                for (int j = 0; j < vector.length; j++) {
                    vector[j] = interleaved[j * channelCount + i];
                }
            }
        }
    }

    private void addPartitions(PacketBits bits, float[][] vectors) throws EOFException {
        int length = vectors[0].length;
        int partitionCount = Math.max(0, Math.min(end, length) - begin) / partitionSize;
        int[][] classes = new int[vectors.length][partitionCount];
        int passes = 0;
        for (int pass = 0; pass < PASS_COUNT; pass++) {
            for (int partition = 0; partition < partitionCount; partition++) {
                if (pass == 0 && partition % classCodebook.dimensions() == 0) {
                    for (int[] classesOfVector : classes) {
                        passes |= readClasses(bits, classesOfVector, partition);
                    }
                }
                for (int i = 0; i < vectors.length; i++) {
                    Codebook codebook = codebooks[classes[i][partition]][pass];
                    if (codebook != null) {
                        addPartition(bits, codebook, vectors[i], begin + partition * partitionSize);
                    }
                }
            }
            passes >>= 1;
            if (passes == 0) {
                return;
            }
        }
    }

    /// One number holds the classes of some consecutive partitions as its digits. Returns the passes they take.
    private int readClasses(PacketBits bits, int[] classes, int first) throws EOFException {
        int digits = classCodebook.read(bits);
        int passes = 0;
        for (int i = first + classCodebook.dimensions() - 1; i >= first; i--) {
            if (i < classes.length) {
                classes[i] = digits % passesOfClass.length;
                passes |= passesOfClass[classes[i]];
            }
            digits /= passesOfClass.length;
        }
        return passes;
    }

    private void addPartition(PacketBits bits, Codebook codebook, float[] vector, int start) throws EOFException {
        int dimensions = codebook.dimensions();
        if (type == 0) {
            int step = partitionSize / dimensions;
            for (int i = 0; i < step; i++) {
                codebook.addVector(bits, vector, start + i, step, dimensions);
            }
        } else {
            for (int i = 0; i < partitionSize; i += dimensions) {
                codebook.addVector(bits, vector, start + i, 1, Math.min(dimensions, partitionSize - i));
            }
        }
    }
}
