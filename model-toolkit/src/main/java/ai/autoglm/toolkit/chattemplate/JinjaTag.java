package ai.autoglm.toolkit.chattemplate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One `{{ … }}` or `{% … %}` of a template.
///
/// @param code what stands between the delimiters, without whitespace control
record JinjaTag(boolean statement, String code) {
    private static final Pattern STRING_LITERAL =
            Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"", Pattern.DOTALL);

    /// The code with the inside of each string literal blanked out, position by position.
    String codeWithoutStrings() {
        return STRING_LITERAL.matcher(code).replaceAll(literal -> Matcher.quoteReplacement(blank(literal.group())));
    }

    String source() {
        return statement ? "{% " + code + " %}" : "{{ " + code + " }}";
    }

    private static String blank(String literal) {
        return literal.charAt(0) + " ".repeat(literal.length() - 2) + literal.charAt(0);
    }
}
