package ai.autoglm.backend.encode;

/// A medium ready for the tower.
///
/// @param input what the tower takes
public record DecodedMedia<R, I>(Acceptance<R> acceptance, I input) {}
