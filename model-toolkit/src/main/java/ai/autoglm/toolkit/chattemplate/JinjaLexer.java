package ai.autoglm.toolkit.chattemplate;

import java.util.ArrayList;
import java.util.List;

/// Resolves whitespace control as Hugging Face sets Jinja up: `trim_blocks`, `lstrip_blocks`, no trailing newline, `-`
/// and `+` beside the delimiters, comments dropped. The result means the same and needs no whitespace control, whose
/// form in jinjava also eats blanks between a `{{ }}` and a following `{% %}`.
final class JinjaLexer {
    private final String source;
    private final StringBuilder plain = new StringBuilder();
    private final List<JinjaTag> tags = new ArrayList<>();
    private int position;
    private boolean atLineStart = true;

    private JinjaLexer(String source) {
        this.source = source;
    }

    /// A template without whitespace control, and its tags in order.
    record PlainTemplate(String source, List<JinjaTag> tags) {
        PlainTemplate {
            tags = List.copyOf(tags);
        }
    }

    static PlainTemplate resolveWhitespace(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        JinjaLexer lexer = new JinjaLexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        while (lexer.position < lexer.source.length()) {
            lexer.readTextAndTag();
        }
        return new PlainTemplate(lexer.plain.toString(), lexer.tags);
    }

    private void readTextAndTag() {
        int open = nextOpening();
        String text = source.substring(position, open);
        if (open == source.length()) {
            plain.append(text);
            position = open;
            return;
        }
        char kind = source.charAt(open + 1); // one of { % #
        int codeStart = open + 2;
        char sign = codeStart < source.length() ? source.charAt(codeStart) : ' ';
        if (sign == '-') {
            text = text.stripTrailing();
        } else if (sign != '+' && kind != '{') {
            text = withoutIndentation(text);
        }
        plain.append(text);
        readTag(kind, sign == '-' || sign == '+' ? codeStart + 1 : codeStart);
    }

    private int nextOpening() {
        for (int i = position; i + 1 < source.length(); i++) {
            if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return source.length();
    }

    private String withoutIndentation(String text) {
        int line = text.lastIndexOf('\n') + 1;
        boolean lineStart = line > 0 || atLineStart;
        return lineStart && text.substring(line).isBlank() ? text.substring(0, line) : text;
    }

    private void readTag(char kind, int codeStart) {
        int close = kind == '#' ? source.indexOf("#}", codeStart) : closing(kind, codeStart);
        if (close < 0) {
            throw new TemplateRefusal("a tag that is opened is never closed");
        }
        char sign = close > codeStart ? source.charAt(close - 1) : ' ';
        boolean signed = sign == '-' || (sign == '+' && kind != '{');
        if (kind != '#') {
            JinjaTag tag = new JinjaTag(
                    kind == '%',
                    source.substring(codeStart, signed ? close - 1 : close).strip());
            tags.add(tag);
            plain.append(tag.source());
        }
        position = close + 2;
        atLineStart = false;
        if (sign == '-') {
            skipWhitespace();
        } else if (!signed && kind != '{' && position < source.length() && source.charAt(position) == '\n') {
            position++;
            atLineStart = true;
        }
    }

    /// Where the tag's closing delimiter begins, outside of string literals and brackets.
    private int closing(char kind, int codeStart) {
        String delimiter = kind == '%' ? "%}" : "}}";
        int depth = 0;
        for (int i = codeStart; i < source.length(); i++) {
            char c = source.charAt(i);
            if (depth == 0 && source.startsWith(delimiter, i)) {
                return i;
            } else if (c == '\'' || c == '"') {
                i = endOfLiteral(i);
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            }
        }
        return -1;
    }

    private int endOfLiteral(int open) {
        for (int i = open + 1; i < source.length(); i++) {
            if (source.charAt(i) == '\\') {
                i++;
            } else if (source.charAt(i) == source.charAt(open)) {
                return i;
            }
        }
        return source.length();
    }

    private void skipWhitespace() {
        while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
            position++;
        }
    }
}
