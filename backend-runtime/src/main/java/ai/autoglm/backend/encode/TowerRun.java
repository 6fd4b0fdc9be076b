package ai.autoglm.backend.encode;

import java.time.Duration;

/// What the engine has made of a medium.
///
/// @param engineTime zero where the rows were known already
/// @param <R> type of the server's messages
record TowerRun<R>(EncodedMedia<R> media, Duration engineTime) {}
