package ai.autoglm.toolkit.vorbis;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// Refuses what cannot be decoded.
final class Damage {
    private Damage() {}

    static void requireIntact(boolean condition) {
        if (!condition) {
            throw refused();
        }
    }

    static ServingException refused() {
        return refused("Audio could not be decoded: the Ogg file is damaged");
    }

    static ServingException refused(String message) {
        return new ServingException(ErrorCode.INVALID_AUDIO, message);
    }
}
