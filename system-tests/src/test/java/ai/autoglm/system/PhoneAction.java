package ai.autoglm.system;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Open-AutoGLM makes of a reply. Source: MODEL_SPEC D.5.
///
/// @param name of the action; `finish` ends the task
/// @param arguments as they were written, strings without quotes
record PhoneAction(String name, Map<String, String> arguments) {
    private static final Pattern CALL = Pattern.compile("do\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile(
            "\\s*(\\w+)=(\"((?:[^\"\\\\]|\\\\.)*)\"|\\[\\s*\\d+\\s*,\\s*\\d+\\s*\\])\\s*(?:,|$)", Pattern.DOTALL);

    PhoneAction {
        arguments = Map.copyOf(arguments);
    }

    /// Reads a reply as the client does: whatever comes before the action is its thought.
    ///
    /// @throws AssertionError where the client would give up and end the task with the raw text
    static PhoneAction parse(String content) {
        String text = action(content).strip();
        if (text.startsWith("finish(message=")) {
            return new PhoneAction("finish", Map.of("message", unquoted(text, "finish(message=")));
        }
        if (text.startsWith("do(action=\"Type\"") || text.startsWith("do(action=\"Type_Name\"")) {
            return new PhoneAction("Type", Map.of("text", unquoted(text, "text=")));
        }
        Matcher call =
                CALL.matcher(text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"));
        if (!call.matches()) {
            throw new AssertionError("no action: " + content);
        }
        Map<String, String> arguments = arguments(call.group(1));
        String name = arguments.remove("action");
        if (name == null) {
            throw new AssertionError("no name of an action: " + content);
        }
        return new PhoneAction(name, arguments);
    }

    private static String action(String content) {
        int finish = content.indexOf("finish(message=");
        int call = content.indexOf("do(action=");
        int start = finish >= 0 ? finish : call;
        return start < 0 ? content : content.substring(start);
    }

    /// Everything after the name but for one character before and two behind.
    private static String unquoted(String text, String name) {
        int start = text.indexOf(name) + name.length() + 1;
        if (start > text.length() - 2 || !text.endsWith("\")")) {
            throw new AssertionError("cut in the wrong place: " + text);
        }
        return text.substring(start, text.length() - 2);
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
