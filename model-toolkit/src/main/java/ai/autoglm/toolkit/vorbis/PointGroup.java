package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How some points of a [Floor] are coded: a number from the selector says which codebook each of them uses.
///
/// @param selector absent when there is no choice
/// @param selectorBits bits of the selector's number for each point
/// @param codebooks [choice]; without a codebook a point is zero
record PointGroup(int pointCount, Optional<Codebook> selector, int selectorBits, List<Optional<Codebook>> codebooks) {
    static PointGroup read(PacketBits bits, List<Codebook> codebooks) throws EOFException {
        int pointCount = bits.read(3) + 1;
        int selectorBits = bits.read(2);
        Optional<Codebook> selector =
                selectorBits == 0 ? Optional.empty() : Optional.of(VorbisSetup.readChoice(bits, codebooks));
        List<Optional<Codebook>> choices = new ArrayList<>();
        for (int i = 0; i < 1 << selectorBits; i++) {
            int number = bits.read(Byte.SIZE);
            Damage.requireIntact(number <= codebooks.size());
            choices.add(number == 0 ? Optional.empty() : Optional.of(codebooks.get(number - 1)));
        }
        return new PointGroup(pointCount, selector, selectorBits, List.copyOf(choices));
    }

    void readPoints(PacketBits bits, int[] points, int offset) throws EOFException {
        int choices = selector.isPresent() ? selector.get().read(bits) : 0;
        for (int i = 0; i < pointCount; i++) {
            Optional<Codebook> codebook = codebooks.get(choices & ((1 << selectorBits) - 1));
            points[offset + i] = codebook.isPresent() ? codebook.get().read(bits) : 0;
            choices >>= selectorBits;
        }
    }
}
