package ai.autoglm.decoder.grammar;

import java.time.Duration;

/// Hears how languages are obtained.
public interface CompileListener {
    void compiled(Duration duration);

    void found();
}
