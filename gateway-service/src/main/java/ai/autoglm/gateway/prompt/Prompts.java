package ai.autoglm.gateway.prompt;

import ai.autoglm.gateway.media.Medium;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.gateway.model.PerModel;
import ai.autoglm.gateway.openai.ChatMessage;
import ai.autoglm.gateway.openai.ChatRequest;
import ai.autoglm.gateway.openai.ToolUse;
import ai.autoglm.gateway.text.ThinkingPlan;
import ai.autoglm.toolkit.chattemplate.ContentPart;
import ai.autoglm.toolkit.chattemplate.Conversation;
import ai.autoglm.toolkit.chattemplate.MediaKind;
import ai.autoglm.toolkit.chattemplate.PromptPiece;
import ai.autoglm.toolkit.chattemplate.PromptSegment;
import ai.autoglm.toolkit.chattemplate.PromptTokenizer;
import ai.autoglm.toolkit.chattemplate.Role;
import ai.autoglm.toolkit.chattemplate.Turn;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Makes prompts of chat requests. Safe for concurrent callers.
public final class Prompts {
    private static final PerModel<Prompts> OF_MODELS = new PerModel<>(Prompts::new);

    private record Place(int turnIndex, int partIndex) {}

    private final ToolTurns template;
    private final boolean rendersEnableThinking;
    private final boolean hasToolFormat;
    private final PromptTokenizer tokenizer;
    private final Tokenizer textTokenizer;
    private final AnswerLanguages languages;

    private Prompts(LoadedModel model) {
        this.template = new ToolTurns(model.template());
        this.rendersEnableThinking = model.template().rendersEnableThinking();
        this.hasToolFormat = model.template().hasToolFormat();
        this.tokenizer = new PromptTokenizer(model.tokenizer());
        this.textTokenizer = model.tokenizer();
        this.languages = new AnswerLanguages(model.tokenizer());
    }

    /// Those of a model.
    public static Prompts of(LoadedModel model) {
        return OF_MODELS.of(model);
    }

    /// Renders and tokenises the conversation.
    ///
    /// @param media of the request, in the order of its messages
    /// @param watch over the encoding of the whole prompt
    /// @throws ServingException when the template cannot render the conversation, or the model does not
    ///     take a medium
    public Prompt build(ChatRequest request, List<Medium> media, ThinkingPlan thinking, EncodingWatch watch) {
        List<ChatMessage> messages = messages(request);
        List<PromptPiece> pieces = pieces(request, messages, thinking);
        Map<Place, Integer> places = places(messages);
        List<Prompt.Segment> segments = tokenizer.tokenize(pieces, watch).stream()
                .map(segment -> switch (segment) {
                    case PromptSegment.Tokens(var ids, boolean fused) ->
                        (Prompt.Segment) new Prompt.Segment.Text(ids, fused);
                    case PromptSegment.Media(MediaKind _, int turnIndex, int partIndex) ->
                        new Prompt.Segment.Medium(
                                Objects.requireNonNull(places.remove(new Place(turnIndex, partIndex))));
                })
                .toList();
        if (!places.isEmpty()) {
            throw new IllegalStateException(places.size() + " media have no place in the prompt");
        }
        TokenIds prefill = prefill(request, messages.size() - 1, pieces);
        return new Prompt(
                segments,
                prefill,
                languages.of(request.language(), thinking.enabled(), prefill),
                RoutingKey.of(request, media));
    }

    /// Whether the template was made for tools, so that the model can be left to choose one.
    public boolean hasToolFormat() {
        return hasToolFormat;
    }

    /// Tools that must not be called are not told.
    private static List<ChatMessage> messages(ChatRequest request) {
        return request.tools().choice() == ToolUse.Choice.NONE
                ? request.messages()
                : ToolDescriptions.addTo(request.messages(), request.tools().offered());
    }

    private List<PromptPiece> pieces(ChatRequest request, List<ChatMessage> messages, ThinkingPlan thinking) {
        // A request that says nothing leaves the switch to the template.
        Boolean enabled = thinking.enabled() ? request.thinking().enabled() : Boolean.FALSE;
        boolean header = request.beginning().header();
        List<PromptPiece> pieces = template.render(new Conversation(turns(messages), header, enabled));
        if (request.beginning().continued()) {
            return withoutEnd(pieces);
        }
        boolean opensAnswer = header && !thinking.enabled() && !rendersEnableThinking;
        return opensAnswer ? tokenizer.withDirectAnswer(pieces) : pieces;
    }

    /// A message that is to be continued ends with its text, whatever the template writes after it.
    private static List<PromptPiece> withoutEnd(List<PromptPiece> pieces) {
        int end = pieces.size();
        while (!(pieces.get(end - 1) instanceof PromptPiece.ClientText)) {
            end--;
        }
        return pieces.subList(0, end);
    }

    /// The beginning of the answer, whoever wrote it.
    private TokenIds prefill(ChatRequest request, int lastTurn, List<PromptPiece> pieces) {
        String text = pieces.stream()
                .map(piece -> switch (piece) {
                    case PromptPiece.Prefill(String prefill) -> prefill;
                    case PromptPiece.ClientText written
                    when request.beginning().continued() && written.turnIndex() == lastTurn -> written.text();
                    case PromptPiece.ClientText _, PromptPiece.Literal _, PromptPiece.MediaPlaceholder _ -> "";
                })
                .collect(Collectors.joining());
        return textTokenizer.encodeText(text);
    }

    private static List<Turn> turns(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> switch (message) {
                    case ChatMessage.SystemMessage system -> new Turn(Role.SYSTEM, parts(system));
                    case ChatMessage.UserMessage user -> new Turn(Role.USER, parts(user));
                    case ChatMessage.AssistantMessage assistant -> new Turn(Role.ASSISTANT, assistantParts(assistant));
                    case ChatMessage.ToolMessage tool -> new Turn(Role.TOOL, parts(tool));
                })
                .toList();
    }

    /// Calls are written in GLM's form: the name, and the arguments on the next line.
    private static List<ContentPart> assistantParts(ChatMessage.AssistantMessage assistant) {
        List<ContentPart> parts = parts(assistant);
        for (ChatMessage.ToolCall call : assistant.toolCalls()) {
            String text = call.name() + "\n" + call.arguments();
            parts.add(new ContentPart.Text(parts.isEmpty() ? text : "\n" + text));
        }
        return parts;
    }

    private static List<ContentPart> parts(ChatMessage message) {
        List<ContentPart> parts = new ArrayList<>();
        message.content()
                .forEach(part -> parts.add(
                        switch (part) {
                            case ai.autoglm.gateway.openai.ContentPart.Text(String text) -> new ContentPart.Text(text);
                            case ai.autoglm.gateway.openai.ContentPart.Image _ ->
                                new ContentPart.Media(MediaKind.IMAGE);
                            case ai.autoglm.gateway.openai.ContentPart.Audio _ ->
                                new ContentPart.Media(MediaKind.AUDIO);
                        }));
        return parts;
    }

    /// Index of each medium among those of the request, by where it stands.
    private static Map<Place, Integer> places(List<ChatMessage> messages) {
        Map<Place, Integer> places = new HashMap<>();
        for (int turn = 0; turn < messages.size(); turn++) {
            var content = messages.get(turn).content();
            for (int part = 0; part < content.size(); part++) {
                if (!(content.get(part) instanceof ai.autoglm.gateway.openai.ContentPart.Text)) {
                    places.put(new Place(turn, part), places.size());
                }
            }
        }
        return places;
    }
}
