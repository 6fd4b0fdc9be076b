package ai.autoglm.toolkit.position;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;

/// Cosines and sines of a decoder's rotary angles: rows of [R/2], R the rotary width (head dim × partial rotary
/// factor).
/// Angles are fp32 products of fp32 inverse frequencies, as in torch. Source: MODEL_SPEC A.3.
public final class RotaryTable {
    private final float[] inverseFrequencies; // [R/2]
    private final int temporalEnd; // frequencies below follow the temporal row
    private final int heightEnd; // frequencies from temporalEnd to here follow the height row, the rest the width row

    private RotaryTable(int rotaryWidth, double theta, int temporalEnd, int heightEnd) {
        this.inverseFrequencies = InverseFrequencies.of(rotaryWidth, theta);
        this.temporalEnd = temporalEnd;
        this.heightEnd = heightEnd;
    }

    /// For a text-only model: one section.
    ///
    /// @throws ServingException INVALID_CHECKPOINT when the rotary width is not positive and even
    public static RotaryTable text(int rotaryWidth, double theta) {
        requireEven(rotaryWidth);
        return new RotaryTable(rotaryWidth, theta, rotaryWidth / 2, rotaryWidth / 2);
    }

    /// For a multimodal model, whose `mrope_section` (temporal, height, width) deals out the frequencies in blocks.
    ///
    /// @throws ServingException INVALID_CHECKPOINT when the sections do not fill the rotary width
    public static RotaryTable multimodal(int rotaryWidth, double theta, List<Integer> sections) {
        requireEven(rotaryWidth);
        int sum = sections.stream().mapToInt(Integer::intValue).sum();
        if (sections.size() != 3 || sum != rotaryWidth / 2 || sections.stream().anyMatch(section -> section < 0)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    ("mrope_section %s sums to %d, but half the rotary width (head dim × partial_rotary_factor) is %d;"
                                    + " three sections must fill it")
                            .formatted(sections, sum, rotaryWidth / 2));
        }
        return new RotaryTable(rotaryWidth, theta, sections.get(0), sections.get(0) + sections.get(1));
    }

    /// R/2, the number of values in a row.
    public int rowWidth() {
        return inverseFrequencies.length;
    }

    /// Writes the rows of the tokens from `from` (inclusive) to `to` (exclusive) at the buffers' positions, which
    /// advance.
    ///
    /// @param cosines receives [to − from, R/2]
    /// @param sines receives [to − from, R/2]
    public void write(MropePositions positions, int from, int to, FloatBuffer cosines, FloatBuffer sines) {
        Objects.checkFromToIndex(from, to, positions.tokenCount());
        for (int token = from; token < to; token++) {
            writeRow(positions.temporal(token), positions.height(token), positions.width(token), cosines, sines);
        }
    }

    /// Writes one row for a token that has the same position on all axes, such as every generated one.
    public void write(int position, FloatBuffer cosines, FloatBuffer sines) {
        writeRow(position, position, position, cosines, sines);
    }

    private void writeRow(int temporal, int height, int width, FloatBuffer cosines, FloatBuffer sines) {
        for (int j = 0; j < inverseFrequencies.length; j++) {
            int position = j < temporalEnd ? temporal : j < heightEnd ? height : width;
            float angle = position * inverseFrequencies[j];
            cosines.put((float) Math.cos(angle));
            sines.put((float) Math.sin(angle));
        }
    }

    private static void requireEven(int rotaryWidth) {
        if (rotaryWidth <= 0 || rotaryWidth % 2 != 0) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "The rotary width (head dim × partial_rotary_factor) must be positive and even, but is %d"
                            .formatted(rotaryWidth));
        }
    }
}
