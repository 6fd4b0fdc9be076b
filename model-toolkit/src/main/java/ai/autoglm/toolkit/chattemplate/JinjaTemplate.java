package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.chattemplate.JinjaLexer.PlainTemplate;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.lang.reflect.Method;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Set;

/// A Jinja template as transformers runs chat templates, by jinjava. Output is never interpreted again, no file or
/// URL is opened, output size and recursion are bounded (jinjava has no time limit; its loops are over the
/// messages or at most 1,000 steps). Jinjava leaves out what it does not know without a word, so every filter,
/// test, function and tag is looked up at compile time, and any error it does report fails the rendering. Safe for
/// concurrent callers.
final class JinjaTemplate {
    private static final long MAX_OUTPUT_BYTES = 8 << 20;
    private static final Jinjava ENGINE = engine();

    private final String source;

    private JinjaTemplate(String source) {
        this.source = source;
    }

    /// @throws TemplateRefusal when the template uses what jinjava does not do
    static JinjaTemplate compile(String template) {
        PlainTemplate plain = JinjaLexer.resolveWhitespace(template);
        new JinjaConstructs(ENGINE.getGlobalContext()).check(plain.tags());
        return new JinjaTemplate(plain.source());
    }

    /// @throws TemplateRefusal when the template raises an exception or does something that fails
    String render(Map<String, ?> variables) {
        RenderResult result = ENGINE.renderForResult(source, variables);
        if (!result.getErrors().isEmpty()) {
            throw refusal(result.getErrors().getFirst());
        }
        return result.getOutput();
    }

    private static TemplateRefusal refusal(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateRefusal refusal) {
                return refusal;
            }
        }
        return new TemplateRefusal("line %d: %s".formatted(error.getLineno(), error.getMessage()));
    }

    private static Jinjava engine() {
        JinjavaConfig config = JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withTrimBlocks(false)
                .withLstripBlocks(false)
                .withMaxOutputSize(MAX_OUTPUT_BYTES)
                .withMaxStringLength(MAX_OUTPUT_BYTES)
                .withDisabled(Map.of(Library.TAG, Set.of("include", "import", "from", "extends")))
                .withLegacyOverrides(LegacyOverrides.Builder.from(LegacyOverrides.ALL)
                        .withWhitespaceRequiredWithinTokens(false)
                        .build())
                .build();
        Jinjava jinjava = new Jinjava(config);
        jinjava.registerFunction(function("raise_exception", "raiseException"));
        jinjava.registerFunction(function("strftime_now", "formatNow"));
        return jinjava;
    }

    private static ELFunctionDefinition function(String name, String methodName) {
        try {
            Method method = JinjaTemplate.class.getDeclaredMethod(methodName, String.class);
            method.setAccessible(true);
            return new ELFunctionDefinition("", name, method);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unused") // called by templates
    private static String raiseException(String reason) {
        throw new TemplateRefusal(reason);
    }

    @SuppressWarnings("unused") // called by templates
    private static String formatNow(String format) {
        return StrftimeFormatter.format(ZonedDateTime.now(ZoneId.systemDefault()), format);
    }
}
