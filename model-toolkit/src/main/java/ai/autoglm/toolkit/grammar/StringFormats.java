package ai.autoglm.toolkit.grammar;

import java.util.Map;
import java.util.TreeSet;

/// Patterns of JSON schema's string formats. Each accepts a part of the format that every validator takes: dates of
/// which no month is too short, addresses in plain form.
final class StringFormats {
    private static final String MONTH_AND_DAY =
            "((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)";
    private static final String DATE = "(19|20)[0-9]{2}-" + MONTH_AND_DAY;
    private static final String TIME =
            "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final String LABEL = "[a-zA-Z0-9]{1,30}";
    private static final String HOST = LABEL + "(\\." + LABEL + "){0,3}\\.[a-zA-Z]{2,10}";

    private static final Map<String, String> PATTERNS = Map.of(
            "date",
            DATE,
            "time",
            TIME,
            "date-time",
            DATE + "T" + TIME,
            "duration",
            "P([1-9][0-9]{0,3}D(T[1-9][0-9]{0,3}[HMS])?|T[1-9][0-9]{0,3}[HMS]|[1-9][0-9]{0,3}[YMW])",
            "uuid",
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "ipv4",
            BYTE + "(\\." + BYTE + "){3}",
            "ipv6",
            "([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",
            "hostname",
            HOST,
            "email",
            "[a-zA-Z0-9_]{1,30}([.+-][a-zA-Z0-9_]{1,30}){0,2}@" + HOST,
            "uri",
            "https?://" + HOST + "(/[a-zA-Z0-9_.~-]{1,60}){0,8}/?");

    private StringFormats() {}

    /// @throws ai.autoglm.toolkit.error.ServingException INVALID_VALUE when it is not supported
    static String require(String format) {
        String pattern = PATTERNS.get(format);
        if (pattern == null) {
            throw Refusal.because("The string format " + Refusal.quoted(format) + " is not supported; there are "
                    + String.join(", ", new TreeSet<>(PATTERNS.keySet())) + ".");
        }
        return pattern;
    }
}
