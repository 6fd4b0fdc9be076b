package ai.autoglm.toolkit.vorbis;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A spectrum's envelope as a line from point to point, linear in frequency and logarithmic in amplitude. The x of the
/// points come from the setup header, their y from each packet. Source: Vorbis I 7 (floor type 1).
final class Floor {
    private static final int MAX_POINT_COUNT = 65;
    private static final int[] RANGES = {256, 128, 86, 64};
    private static final float[] AMPLITUDES = amplitudes();

    private final List<PointGroup> groups;
    private final int multiplier;
    private final int range;
    // [point], in the order of packets
    private final int[] x;
    // [point]: the nearest points to the left and the right among those before it
    private final int[] left;
    private final int[] right;
    // points by ascending x
    private final int[] ascending;

    private Floor(List<PointGroup> groups, int multiplier, int[] x) {
        this.groups = groups;
        this.multiplier = multiplier;
        this.range = RANGES[multiplier - 1];
        this.x = x;
        this.left = new int[x.length];
        this.right = new int[x.length];
        this.ascending = new int[x.length];
        for (int point = 0; point < x.length; point++) {
            int rank = 0;
            right[point] = 1;
            for (int other = 0; other < x.length; other++) {
                Damage.requireIntact(other == point || x[other] != x[point]);
                boolean below = x[other] < x[point];
                rank += below ? 1 : 0;
                if (other < point && below && x[other] > x[left[point]]) {
                    left[point] = other;
                } else if (other < point && !below && x[other] < x[right[point]]) {
                    right[point] = other;
                }
            }
            ascending[rank] = point;
        }
    }

    static Floor read(PacketBits bits, List<Codebook> codebooks) throws EOFException {
        int[] groupClasses = new int[bits.read(5)];
        int classCount = 0;
        for (int group = 0; group < groupClasses.length; group++) {
            groupClasses[group] = bits.read(4);
            classCount = Math.max(classCount, groupClasses[group] + 1);
        }
        List<PointGroup> classes = new ArrayList<>(classCount);
        for (int i = 0; i < classCount; i++) {
            classes.add(PointGroup.read(bits, codebooks));
        }
        int multiplier = bits.read(2) + 1;
        int rangeBits = bits.read(4);
        List<PointGroup> groups =
                Arrays.stream(groupClasses).mapToObj(classes::get).toList();
        int pointCount = 2 + groups.stream().mapToInt(PointGroup::pointCount).sum();
        Damage.requireIntact(pointCount <= MAX_POINT_COUNT);
        int[] x = new int[pointCount];
        x[1] = 1 << rangeBits;
        for (int point = 2; point < pointCount; point++) {
            x[point] = bits.read(rangeBits);
        }
        return new Floor(groups, multiplier, x);
    }

    /// What a packet says about the points, or nothing when its channel is silent.
    Optional<int[]> readPoints(PacketBits bits) throws EOFException {
        if (!bits.readFlag()) {
            return Optional.empty();
        }
        int[] points = new int[x.length];
        int width = PacketBits.width(range - 1);
        points[0] = bits.read(width);
        points[1] = bits.read(width);
        int offset = 2;
        for (PointGroup group : groups) {
            group.readPoints(bits, points, offset);
            offset += group.pointCount();
        }
        return Optional.of(points);
    }

    /// Multiplies a channel's residue by the envelope and adds the product to a spectrum.
    void addProduct(int[] points, float[] residue, float[] spectrum) {
        int[] y = new int[x.length];
        boolean[] drawn = new boolean[x.length];
        unwrap(points, y, drawn);
        int fromX = 0;
        int fromY = y[0] * multiplier;
        for (int point : ascending) {
            if (drawn[point] && x[point] > 0) {
                int toY = y[point] * multiplier;
                addLine(fromX, fromY, x[point], toY, residue, spectrum);
                fromX = x[point];
                fromY = toY;
            }
        }
        for (int i = fromX; i < spectrum.length; i++) {
            spectrum[i] += residue[i] * AMPLITUDES[fromY];
        }
    }

    /// Each point is coded as its difference from the line between its neighbours, folded to a positive number so that
    /// it stays within the range. Points on that line are not drawn.
    private void unwrap(int[] points, int[] y, boolean[] drawn) {
        for (int point = 0; point < x.length; point++) {
            if (point < 2) {
                y[point] = Math.min(points[point], range - 1);
                drawn[point] = true;
            } else {
                int predicted = predict(point, y);
                int difference = unfold(points[point], predicted, range - predicted);
                y[point] = Math.clamp((long) predicted + difference, 0, range - 1);
                if (points[point] != 0) {
                    drawn[point] = true;
                    drawn[left[point]] = true;
                    drawn[right[point]] = true;
                }
            }
        }
    }

    private int predict(int point, int[] y) {
        int fromY = y[left[point]];
        int fromX = x[left[point]];
        int slope = y[right[point]] - fromY;
        int offset = Math.abs(slope) * (x[point] - fromX) / (x[right[point]] - fromX);
        return slope < 0 ? fromY - offset : fromY + offset;
    }

    private static int unfold(int folded, int below, int above) {
        if (folded >= 2 * Math.min(below, above)) {
            return above > below ? folded - below : above - folded - 1;
        }
        return (folded & 1) == 1 ? -((folded + 1) / 2) : folded / 2;
    }

    private static void addLine(int fromX, int fromY, int toX, int toY, float[] residue, float[] spectrum) {
        int width = toX - fromX;
        int height = toY - fromY;
        int base = height / width;
        int remainder = Math.abs(height) - Math.abs(base) * width;
        int step = height < 0 ? base - 1 : base + 1;
        int error = 0;
        int y = fromY;
        int end = Math.min(toX, spectrum.length);
        for (int i = fromX; i < end; i++) {
            spectrum[i] += residue[i] * AMPLITUDES[y];
            error += remainder;
            if (error >= width) {
                error -= width;
                y += step;
            } else {
                y += base;
            }
        }
    }

    /// 140 dB in 256 steps. Source: Vorbis I 10.1, whose table this meets within 7e-7 of each value.
    private static float[] amplitudes() {
        float[] amplitudes = new float[256];
        for (int i = 0; i < amplitudes.length; i++) {
            double decibels = (i - 255) * 140.0 / 256;
            amplitudes[i] = (float) Math.pow(10, decibels / 20);
        }
        return amplitudes;
    }
}
