package ai.autoglm.gateway.backend;

import ai.autoglm.toolkit.error.ServingException;

/// What is known of one backend.
///
/// | state        | event                              | next         |
/// |--------------|------------------------------------|--------------|
/// | disconnected | connected, describes itself        | ready        |
/// | disconnected | connected, is another service      | unusable     |
/// | ready        | silent, stalled                    | ejected      |
/// | ejected      | describes itself, its time is over | ready        |
/// | any          | connection lost                    | disconnected |
sealed interface BackendState {
    /// @param sinceNanos as [System#nanoTime] tells it
    record Disconnected(long sinceNanos) implements BackendState {}

    record Ready(BackendDescription description) implements BackendState {}

    /// @param sinceNanos as [System#nanoTime] tells it
    /// @param untilNanos before which no sign of life brings it back
    record Ejected(BackendDescription description, long sinceNanos, long untilNanos) implements BackendState {}

    /// Another service answers there.
    record Unusable(ServingException reason) implements BackendState {}
}
