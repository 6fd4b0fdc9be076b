package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.List;
import java.util.Optional;

/// Turns audio packets into spectra. Owned by one thread. Source: Vorbis I 4.3.
final class PacketDecoder {
    private final Identification identification;
    private final List<Mode> modes;

    PacketDecoder(Identification identification, List<Mode> modes) {
        this.identification = identification;
        this.modes = modes;
    }

    /// The spectrum of a packet's block, half as long as the block and summed over the channels, since all that
    /// follows is linear. Nothing for packets that are to be ignored: no audio, or too short to choose a mode.
    Optional<float[]> decode(PacketBits bits) {
        try {
            boolean header = bits.readFlag();
            int number = bits.read(PacketBits.width(modes.size() - 1));
            if (header || number >= modes.size()) {
                return Optional.empty();
            }
            Mode mode = modes.get(number);
            if (mode.longBlock()) {
                bits.read(2); // the neighbours' sizes, which they say themselves
            }
            int block = mode.longBlock() ? identification.longBlock() : identification.shortBlock();
            return Optional.of(readSpectrum(bits, mode.mapping(), block / 2));
        } catch (EOFException cut) {
            return Optional.empty();
        }
    }

    private float[] readSpectrum(PacketBits bits, Mapping mapping, int length) {
        float[] spectrum = new float[length];
        int channelCount = identification.channelCount();
        int[][] points = new int[channelCount][];
        boolean[] coded = new boolean[channelCount];
        float[][] residues = new float[channelCount][length];
        try {
            for (int channel = 0; channel < channelCount; channel++) {
                Optional<int[]> read = mapping.floors().get(channel).readPoints(bits);
                coded[channel] = read.isPresent();
                points[channel] = read.orElseGet(() -> new int[0]);
            }
        } catch (EOFException cut) {
            return spectrum; // silence, as the specification asks
        }
        boolean[] audible = coded.clone();
        for (Coupling coupling : mapping.couplings()) {
            boolean either = coded[coupling.magnitude()] || coded[coupling.angle()];
            coded[coupling.magnitude()] = either;
            coded[coupling.angle()] = either;
        }
        readResidues(bits, mapping, residues, coded);
        for (Coupling coupling : mapping.couplings().reversed()) {
            coupling.undo(residues);
        }
        for (int channel = 0; channel < channelCount; channel++) {
            if (audible[channel]) {
                mapping.floors().get(channel).addProduct(points[channel], residues[channel], spectrum);
            }
        }
        return spectrum;
    }

    private static void readResidues(PacketBits bits, Mapping mapping, float[][] residues, boolean[] coded) {
        try {
            for (Mapping.Submap submap : mapping.submaps()) {
                submap.residue().addValues(bits, residues, coded, submap.channels());
            }
        } catch (EOFException cut) {
            // Packets may be cut anywhere, even on purpose: what was read counts.
        }
    }
}
