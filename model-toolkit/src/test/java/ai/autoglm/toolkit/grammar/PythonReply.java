package ai.autoglm.toolkit.grammar;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How Open-AutoGLM reads a reply. Source: MODEL_SPEC D.5.
final class PythonReply {
    private static final String STRING = "\"([^\"\\\\\\n\\r\\t\\x00]|\\\\n)*\"";
    private static final String NUMBERS = "\\[(0|[1-9]\\d*), ?(0|[1-9]\\d*)\\]";
    private static final Pattern CALL =
            Pattern.compile("do\\(action=" + STRING + "(, [a-z]+=(" + STRING + "|" + NUMBERS + "))*\\)");

    private PythonReply() {}

    /// The text of Type and finish, or the call; empty where the client would end its task with an error.
    static Optional<String> parse(String reply) {
        String action = cut(reply).strip();
        if (action.startsWith("do(action=\"Type\"") || action.startsWith("do(action=\"Type_Name\"")) {
            String[] parts = action.split("text=", 2);
            return parts.length == 2 ? inner(parts[1]) : Optional.empty();
        }
        if (action.startsWith("do")) {
            Matcher call = CALL.matcher(
                    action.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
            return call.matches() ? Optional.of(action) : Optional.empty();
        }
        return action.startsWith("finish") ? inner(action.replace("finish(message=", "")) : Optional.empty();
    }

    private static String cut(String reply) {
        int finish = reply.indexOf("finish(message=");
        int start = finish >= 0 ? finish : Math.max(0, reply.indexOf("do(action="));
        return reply.substring(start);
    }

    private static Optional<String> inner(String quoted) {
        boolean whole = quoted.length() >= 3 && quoted.startsWith("\"") && quoted.endsWith("\")");
        return whole ? Optional.of(quoted.substring(1, quoted.length() - 2)) : Optional.empty();
    }
}
