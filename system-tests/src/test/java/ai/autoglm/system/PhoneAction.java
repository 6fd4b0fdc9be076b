package ai.autoglm.system;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Open-AutoGLM makes of a reply. Source: MODEL_SPEC D.5.
///
/// @param name of the action; `finish` ends the task
record PhoneAction(String name) {
    private static final Pattern CALL = Pattern.compile("do\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile(
            "\\s*(\\w+)=(\"((?:[^\"\\\\]|\\\\.)*)\"|\\[\\s*\\d+\\s*,\\s*\\d+\\s*\\])\\s*(?:,|$)", Pattern.DOTALL);

    /// Reads a reply as the client does: whatever comes before the action is its thought.
    ///
    /// @throws AssertionError where the client would give up and end the task with the raw text
    static PhoneAction parse(String content) {
        String text = action(content).strip();
        if (text.startsWith("finish(message=")) {
            requireQuoted(text, "finish(message=");
            return new PhoneAction("finish");
        }
        if (text.startsWith("do(action=\"Type\"") || text.startsWith("do(action=\"Type_Name\"")) {
            requireQuoted(text, "text=");
            return new PhoneAction("Type");
        }
        Matcher call =
                CALL.matcher(text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
        if (!call.matches()) {
            throw new AssertionError("no action: " + content);
        }
        String name = arguments(call.group(1)).get("action");
        if (name == null) {
            throw new AssertionError("no name of an action: " + content);
        }
        return new PhoneAction(name);
    }

    private static String action(String content) {
        int finish = content.indexOf("finish(message=");
        int call = content.indexOf("do(action=");
        int start = finish >= 0 ? finish : call;
        return start < 0 ? content : content.substring(start);
    }

    /// A text is everything after its name but for one character before and two behind.
    private static void requireQuoted(String text, String name) {
        int start = text.indexOf(name) + name.length() + 1;
        if (start > text.length() - 2 || !text.endsWith("\")")) {
            throw new AssertionError("cut in the wrong place: " + text);
        }
    }

    private static Map<String, String> arguments(String text) {
        Map<String, String> arguments = new LinkedHashMap<>();
        Matcher matcher = ARGUMENT.matcher(text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            String value = matcher.group(3) == null ? matcher.group(2) : matcher.group(3);
            arguments.put(matcher.group(1), value);
            end = matcher.end();
        }
        if (end != text.length()) {
            throw new AssertionError("not arguments that Python can read: " + text);
        }
        return arguments;
    }
}
