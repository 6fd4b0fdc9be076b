package ai.autoglm.toolkit.chattemplate;

import java.security.SecureRandom;

/// Stand-ins for client strings while the template renders, so that what a client wrote never passes through Jinja.
/// Nobody can guess one: 16 private-use characters drawn anew by each process. The blanks at both ends and the
/// letters of both cases make a template that trims, indents or changes case give itself away.
final class Sentinel {
    private static final int PRIVATE_USE_START = 0xE000;
    private static final int PRIVATE_USE_COUNT = 6_400;
    private static final String NONCE = new SecureRandom()
            .ints(16, PRIVATE_USE_START, PRIVATE_USE_START + PRIVATE_USE_COUNT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();

    private Sentinel() {}

    static String of(int index) {
        return " z" + NONCE + index + "Z ";
    }

    /// Whether a sentinel, or what is left of one, stands in the text.
    static boolean isIn(String text) {
        return text.contains(NONCE);
    }
}
