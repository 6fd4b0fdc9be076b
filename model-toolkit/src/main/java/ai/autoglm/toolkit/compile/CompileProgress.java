package ai.autoglm.toolkit.compile;

/// Told how far a compilation is.
public interface CompileProgress {
    /// A new step of `totalBytes` begins, such as "checksum" or "decoder"; 0 where nobody knows how many.
    void begin(String step, long totalBytes);

    /// `bytes` more of the current step are done.
    void advance(long bytes);

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
