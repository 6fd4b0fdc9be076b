package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How a block's channels are coded. Source: Vorbis I 4.2.4.
///
/// @param floors [channel]
/// @param couplings in the order of the setup header
/// @param submaps the channels' residues
record Mapping(List<Floor> floors, List<Coupling> couplings, List<Submap> submaps) {
    Mapping {
        floors = List.copyOf(floors);
        couplings = List.copyOf(couplings);
        submaps = List.copyOf(submaps);
    }

    /// Channels whose residues are coded together.
    record Submap(Residue residue, List<Integer> channels) {
        Submap {
            channels = List.copyOf(channels);
        }
    }

    static Mapping read(PacketBits bits, List<Floor> floors, List<Residue> residues, int channelCount)
            throws EOFException {
        Damage.requireIntact(bits.read(16) == 0); // type
        int submapCount = bits.readFlag() ? bits.read(4) + 1 : 1;
        List<Coupling> couplings = readCouplings(bits, channelCount);
        Damage.requireIntact(bits.read(2) == 0);
        int[] submapOfChannel = new int[channelCount];
        for (int channel = 0; submapCount > 1 && channel < channelCount; channel++) {
            submapOfChannel[channel] = bits.read(4);
            Damage.requireIntact(submapOfChannel[channel] < submapCount);
        }
        List<Floor> floorOfSubmap = new ArrayList<>();
        List<Submap> submaps = new ArrayList<>();
        for (int i = 0; i < submapCount; i++) {
            int submap = i;
            bits.read(Byte.SIZE); // unused
            floorOfSubmap.add(VorbisSetup.readChoice(bits, floors));
            submaps.add(new Submap(
                    VorbisSetup.readChoice(bits, residues),
                    IntStream.range(0, channelCount)
                            .filter(channel -> submapOfChannel[channel] == submap)
                            .boxed()
                            .toList()));
        }
        List<Floor> floorOfChannel =
                IntStream.of(submapOfChannel).mapToObj(floorOfSubmap::get).toList();
        return new Mapping(floorOfChannel, couplings, submaps);
    }

    private static List<Coupling> readCouplings(PacketBits bits, int channelCount) throws EOFException {
        int count = bits.readFlag() ? bits.read(Byte.SIZE) + 1 : 0;
        // Each costs work in every packet; more than the pairs of channels make no sense.
        Damage.requireIntact(count <= channelCount * (channelCount - 1) / 2);
        int width = PacketBits.width(channelCount - 1);
        List<Coupling> couplings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Coupling coupling = new Coupling(bits.read(width), bits.read(width));
            Damage.requireIntact(coupling.magnitude() != coupling.angle()
                    && coupling.magnitude() < channelCount
                    && coupling.angle() < channelCount);
            couplings.add(coupling);
        }
        return couplings;
    }
}
