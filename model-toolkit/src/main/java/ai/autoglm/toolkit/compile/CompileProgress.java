package ai.autoglm.toolkit.compile;

import java.util.List;

/// Told how far a compilation is.
public interface CompileProgress {
    /// A new step of `totalBytes` begins, such as "checksum" or "decoder"; 0 where it is not counted in bytes.
    void begin(String step, long totalBytes);

    /// `bytes` more of the current step are done.
    void advance(long bytes);

    /// A part is written, some of its matrices as integers.
    default void quantized(QuantizationReport report) {}

    /// A decoder of FLOAT16 has run on the calibration text.
    ///
    /// @param magnitudes of its layers, in order
    default void calibrated(List<LayerMagnitude> magnitudes) {}

    /// Nobody watches.
    static CompileProgress silent() {
        return new CompileProgress() {
            @Override
            public void begin(String step, long totalBytes) {}

            @Override
            public void advance(long bytes) {}
        };
    }
}
