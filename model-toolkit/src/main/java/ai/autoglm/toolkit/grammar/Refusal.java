package ai.autoglm.toolkit.grammar;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;

/// What its author reads about a language that cannot be compiled.
final class Refusal {
    private static final int MAX_QUOTED = 60;

    private Refusal() {}

    static ServingException because(String sentence) {
        return new ServingException(ErrorCode.INVALID_VALUE, sentence);
    }

    /// Client text as it may stand in a message.
    static String quoted(String text) {
        return '"' + (text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…") + '"';
    }
}
