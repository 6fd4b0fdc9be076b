package ai.autoglm.decoder;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

final class Failures {
    private Failures() {}

    static ServingException cancelled() {
        return new ServingException(ErrorCode.CLIENT_CLOSED_REQUEST, "The request was cancelled.");
    }
}
