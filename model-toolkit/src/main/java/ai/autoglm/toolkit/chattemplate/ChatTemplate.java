package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.chattemplate.PromptPiece.Literal;
import ai.autoglm.toolkit.chattemplate.PromptPiece.Prefill;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model's chat template (`chat_template.jinja`), rendered as transformers does (MODEL_SPEC C.5).
///
/// Client text never passes through Jinja: each client string is rendered as an unguessable sentinel, and the result is
/// cut there into [PromptPiece]s. So `{{7*7}}` stays text, and only the template can write control tokens.
/// Safe for concurrent callers.
public final class ChatTemplate {
    private static final Conversation PROBE = new Conversation(List.of(new Turn(Role.USER, "probe")), true, null);

    private static final String TOOL_NAME = "probe_tool";
    private static final String TOOL_HEADING = "## " + TOOL_NAME;
    private static final Map<String, Object> TOOL_PROBE = Map.of(
            "type",
            "function",
            "function",
            Map.of("name", TOOL_NAME, "description", "probes", "parameters", Map.of("type", "object")));

    private final JinjaTemplate template;
    private final TemplateSettings settings;
    private final String generationHeader;
    private final boolean rendersEnableThinking;
    private final boolean hasToolFormat;

    private ChatTemplate(JinjaTemplate template, TemplateSettings settings) {
        this.template = template;
        this.settings = settings;
        this.generationHeader = generationHeader();
        this.rendersEnableThinking = !pieces(withThinking(true)).equals(pieces(withThinking(false)));
        this.hasToolFormat = rendersTool();
    }

    /// Compiles a template.
    ///
    /// @throws ServingException INVALID_CHECKPOINT when it uses something unsupported or cannot render a message
    public static ChatTemplate compile(String jinja, TemplateSettings settings) {
        try {
            return new ChatTemplate(JinjaTemplate.compile(jinja), settings);
        } catch (TemplateRefusal e) {
            throw unusable(e);
        }
    }

    /// Renders a conversation and cuts it into pieces, in prompt order.
    ///
    /// @throws ServingException INVALID_VALUE when the template refuses the conversation, or loses or changes
    ///     a part of it; UNSUPPORTED_CONTENT_TYPE when the model does not take a medium in it
    public List<PromptPiece> render(Conversation conversation) {
        try {
            return withPrefill(pieces(conversation), conversation.addGenerationPrompt());
        } catch (TemplateRefusal e) {
            throw new ServingException(
                    ErrorCode.INVALID_VALUE,
                    "The chat template of this model cannot render this conversation: " + e.reason(),
                    e);
        }
    }

    /// Whether `enable_thinking` changes what is rendered. Where it does not, thinking is turned off by
    /// [PromptTokenizer#withDirectAnswer].
    public boolean rendersEnableThinking() {
        return rendersEnableThinking;
    }

    /// Whether the template tells the model of tools as GLM-4's does (`## name`, then the schema), which says that the
    /// model was taught to call them in the form of MODEL_SPEC C.5 (a).
    public boolean hasToolFormat() {
        return hasToolFormat;
    }

    /// Renders what clients will send (a system message, a history, several parts, each kind of media) and checks that
    /// nothing is lost, moved or changed. To be called once, when a bundle is compiled.
    ///
    /// @throws ServingException INVALID_CHECKPOINT with the reason
    public void verify() {
        try {
            verifySeveralTexts();
            TemplateProbes.conversations(settings.media().keySet()).forEach(this::pieces);
        } catch (TemplateRefusal e) {
            throw unusable(e);
        }
    }

    /// A template made for strings prints a list of parts as raw data around the texts, which are found all the same.
    private void verifySeveralTexts() {
        List<PromptPiece> one = pieces(PROBE);
        List<PromptPiece> two = pieces(TemplateProbes.SEVERAL_TEXTS);
        if (!templateText(one.getFirst()).equals(templateText(two.getFirst()))
                || !templateText(one.getLast()).equals(templateText(two.getLast()))) {
            throw new TemplateRefusal(
                    "it does not take a list of parts as content (compile with content format 'string')");
        }
    }

    private List<PromptPiece> pieces(Conversation conversation) {
        TemplateInput input = new TemplateInput(conversation, settings);
        return RenderedText.cut(template.render(input.variables()), input.slots(), settings);
    }

    private boolean rendersTool() {
        Map<String, Object> variables = new HashMap<>(new TemplateInput(PROBE, settings).variables());
        variables.put("tools", List.of(TOOL_PROBE));
        try {
            return template.render(variables).contains(TOOL_HEADING);
        } catch (TemplateRefusal e) {
            return false;
        }
    }

    /// What the template writes for `add_generation_prompt` when the thinking switch is undefined.
    private String generationHeader() {
        String with = textAfterProbe(PROBE);
        String without = textAfterProbe(new Conversation(PROBE.turns(), false, null));
        return with.startsWith(without) ? with.substring(without.length()) : "";
    }

    private String textAfterProbe(Conversation probe) {
        return templateText(pieces(probe).getLast());
    }

    private static String templateText(PromptPiece piece) {
        return piece instanceof Literal(String text) ? text : "";
    }

    /// What follows the header belongs to the answer.
    private List<PromptPiece> withPrefill(List<PromptPiece> pieces, boolean addGenerationPrompt) {
        String text = pieces.isEmpty() ? "" : templateText(pieces.getLast());
        if (!addGenerationPrompt
                || generationHeader.isEmpty()
                || !text.contains(generationHeader)
                || text.endsWith(generationHeader)) {
            return pieces;
        }
        int answer = text.lastIndexOf(generationHeader) + generationHeader.length();
        List<PromptPiece> split = new ArrayList<>(pieces.subList(0, pieces.size() - 1));
        split.add(new Literal(text.substring(0, answer)));
        split.add(new Prefill(text.substring(answer)));
        return List.copyOf(split);
    }

    private static Conversation withThinking(@Nullable Boolean enableThinking) {
        return new Conversation(PROBE.turns(), true, enableThinking);
    }

    private static ServingException unusable(TemplateRefusal refusal) {
        return new ServingException(
                ErrorCode.INVALID_CHECKPOINT, "The chat template cannot be used: " + refusal.reason(), refusal);
    }
}
