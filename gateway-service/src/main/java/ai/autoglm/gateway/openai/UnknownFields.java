package ai.autoglm.gateway.openai;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;

/// What becomes of fields that nobody knows: ignored and counted, or refused where the server is strict.
public final class UnknownFields {
    private UnknownFields() {}

    /// @param paths of the fields
    /// @return how many are ignored
    /// @throws ServingException UNSUPPORTED_PARAMETER where there is one and the server is strict
    public static int check(List<String> paths, boolean strict) {
        if (strict && !paths.isEmpty()) {
            throw new ServingException(
                            ErrorCode.UNSUPPORTED_PARAMETER, "'" + paths.getFirst() + "' is not a known field.")
                    .withParam(paths.getFirst());
        }
        return paths.size();
    }
}
