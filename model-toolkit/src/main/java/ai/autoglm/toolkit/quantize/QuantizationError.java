package ai.autoglm.toolkit.quantize;

import java.util.concurrent.atomic.DoubleAdder;

/// How far quantised numbers are from what they stand for, summed up by any number of threads.
public final class QuantizationError {
    private final DoubleAdder squaredErrors = new DoubleAdder();
    private final DoubleAdder squaredValues = new DoubleAdder();

    /// Counts `count` values from `offset` on, their codes at the same places.
    public void add(float[] values, int offset, int count, byte[] codes, float scale) {
        double errors = 0;
        double squares = 0;
        for (int index = offset; index < offset + count; index++) {
            double error = values[index] - codes[index] * scale;
            errors += error * error;
            squares += (double) values[index] * values[index];
        }
        squaredErrors.add(errors);
        squaredValues.add(squares);
    }

    /// ‖x − x̂‖ / ‖x‖; 0 when every value is 0.
    public double relative() {
        double squares = squaredValues.sum();
        return squares == 0 ? 0 : Math.sqrt(squaredErrors.sum() / squares);
    }
}
