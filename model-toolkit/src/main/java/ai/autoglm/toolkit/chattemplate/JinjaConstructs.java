package ai.autoglm.toolkit.chattemplate;

import com.hubspot.jinjava.interpret.Context;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Refuses templates that use what jinjava would silently ignore: unknown filters and tests, and the condition of
/// `for … if`. Unknown functions and tags are refused here too, so that they are found in branches that no probe
/// reaches.
final class JinjaConstructs {
    private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?([A-Za-z_]\\w*)");
    private static final Pattern CALL = Pattern.compile("(?<![.\\w])([A-Za-z_]\\w*)\\s*\\(");
    private static final Pattern MACRO = Pattern.compile("^macro\\s+(\\w+)");
    private static final Pattern FIRST_WORD = Pattern.compile("^\\w+");
    private static final Pattern FILTERED_LOOP = Pattern.compile("^for\\b(?!.*\\belse\\b).*\\bif\\b", Pattern.DOTALL);
    private static final Set<String> KEYWORDS =
            Set.of("if", "elif", "else", "in", "and", "or", "not", "is", "for", "set", "caller", "call", "do");
    private static final Set<String> UNSUPPORTED_TAGS = Set.of("include", "import", "from", "extends", "raw");

    private final Context library;
    private final Set<String> callable = new HashSet<>(KEYWORDS);

    JinjaConstructs(Context library) {
        this.library = library;
        library.getAllFunctions().forEach(function -> callable.add(function.getLocalName()));
        library.getAllFilters().forEach(filter -> callable.add(filter.getName()));
        library.getAllExpTests().forEach(test -> callable.add(test.getName()));
    }

    /// @throws TemplateRefusal at the first construct that is not supported
    void check(List<JinjaTag> tags) {
        for (JinjaTag tag : tags) {
            Matcher macro = MACRO.matcher(tag.code());
            if (tag.statement() && macro.find()) {
                callable.add(macro.group(1));
            }
        }
        tags.forEach(this::check);
    }

    private void check(JinjaTag tag) {
        String code = tag.codeWithoutStrings();
        if (tag.statement()) {
            checkStatement(code);
        }
        FILTER.matcher(code)
                .results()
                .map(match -> match.group(1))
                .forEach(name -> require(library.getFilter(name) != null, "the filter '%s'", name));
        TEST.matcher(code)
                .results()
                .map(match -> match.group(1))
                .forEach(name ->
                        require(library.getExpTest(name) != null || KEYWORDS.contains(name), "the test 'is %s'", name));
        CALL.matcher(code)
                .results()
                .map(match -> match.group(1))
                .forEach(name -> require(callable.contains(name), "the function '%s'", name));
    }

    private void checkStatement(String code) {
        Matcher word = FIRST_WORD.matcher(code);
        String name = word.find() ? word.group() : "";
        require(library.getTag(name) != null && !UNSUPPORTED_TAGS.contains(name), "the tag '%s'", name);
        require(!FILTERED_LOOP.matcher(code).find(), "'%s'", "for … if");
    }

    private static void require(boolean supported, String construct, String name) {
        if (!supported) {
            throw new TemplateRefusal(construct.formatted(name) + " is not supported");
        }
    }
}
