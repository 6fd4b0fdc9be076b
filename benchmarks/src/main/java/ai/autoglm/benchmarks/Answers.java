package ai.autoglm.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells whether an answer does what was asked.
final class Answers {
    private static final Pattern TAP = Pattern.compile("do\\(action=\"Tap\", element=\\[(\\d+),(\\d+)]\\)");

    /// 3 % of a screen's side, as the embedded model's own table of skills counts.
    private static final int TOLERANCE = 30;

    private Answers() {}

    /// A tap may be 3 % of the screen's side off the centre of its element; all else must be there word for word.
    static boolean isRight(String answer, String expected) {
        Matcher wanted = TAP.matcher(expected);
        if (!wanted.matches()) {
            return answer.contains(expected);
        }
        Matcher given = TAP.matcher(answer);
        return given.find() && isClose(given, wanted, 1) && isClose(given, wanted, 2);
    }

    private static boolean isClose(Matcher given, Matcher wanted, int axis) {
        return Math.abs(Integer.parseInt(given.group(axis)) - Integer.parseInt(wanted.group(axis))) <= TOLERANCE;
    }
}
