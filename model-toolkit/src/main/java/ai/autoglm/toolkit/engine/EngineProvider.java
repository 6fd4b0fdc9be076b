package ai.autoglm.toolkit.engine;

import java.util.List;

/// An engine that may or may not be able to run here. Found by [java.util.ServiceLoader]; nothing of it is loaded
/// before it is asked.
public interface EngineProvider {
    /// As in `--engine`.
    EngineChoice choice();

    /// Names of the devices that it would run on, at least one.
    ///
    /// @throws EngineException with one sentence when there is nothing to run on
    List<String> devices();

    /// Asks for what building engines takes beside what running them takes.
    ///
    /// @throws EngineException with one sentence that names what is missing
    void requireBuilder();

    /// Opens the engine on the first device.
    ///
    /// @throws EngineException with one sentence when it cannot be opened
    Engine open();
}
