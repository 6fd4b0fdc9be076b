package ai.autoglm.gateway.prompt;

import ai.autoglm.toolkit.chattemplate.ChatTemplate;
import ai.autoglm.toolkit.chattemplate.ContentPart;
import ai.autoglm.toolkit.chattemplate.Conversation;
import ai.autoglm.toolkit.chattemplate.PromptPiece;
import ai.autoglm.toolkit.chattemplate.PromptPiece.ClientText;
import ai.autoglm.toolkit.chattemplate.PromptPiece.Literal;
import ai.autoglm.toolkit.chattemplate.Role;
import ai.autoglm.toolkit.chattemplate.Turn;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Renders tool messages with templates that know none: as `<|observation|>\n{content}`. The turn is
/// rendered as a user's, then its header is exchanged. Source: API.md D6.
final class ToolTurns {
    private static final String USER_HEADER = "<|user|>\n";
    private static final String TOOL_HEADER = "<|observation|>\n";

    private final ChatTemplate template;
    private final boolean rendersTools;

    ToolTurns(ChatTemplate template) {
        this.template = template;
        this.rendersTools = rendersTools(template);
    }

    List<PromptPiece> render(Conversation conversation) {
        boolean hasTools = conversation.turns().stream().anyMatch(turn -> turn.role() == Role.TOOL);
        if (rendersTools || !hasTools) {
            return template.render(conversation);
        }
        List<Turn> turns =
                conversation.turns().stream().map(ToolTurns::asUserTurn).toList();
        List<PromptPiece> pieces = new ArrayList<>(template.render(
                new Conversation(turns, conversation.addGenerationPrompt(), conversation.enableThinking())));
        for (int turn = 0; turn < turns.size(); turn++) {
            if (conversation.turns().get(turn).role() == Role.TOOL) {
                exchangeHeader(pieces, turn);
            }
        }
        return pieces;
    }

    /// A place in the prompt is found by its text, so an empty result is written as a space.
    private static Turn asUserTurn(Turn turn) {
        if (turn.role() != Role.TOOL) {
            return turn;
        }
        String text = turn.parts().stream()
                .map(part -> part instanceof ContentPart.Text(String content) ? content : "")
                .collect(Collectors.joining());
        return new Turn(Role.USER, text.isEmpty() ? " " : text);
    }

    private static void exchangeHeader(List<PromptPiece> pieces, int turn) {
        for (int i = 1; i < pieces.size(); i++) {
            if (pieces.get(i) instanceof ClientText text
                    && text.turnIndex() == turn
                    && pieces.get(i - 1) instanceof Literal(String header)
                    && header.endsWith(USER_HEADER)) {
                pieces.set(
                        i - 1, new Literal(header.substring(0, header.length() - USER_HEADER.length()) + TOOL_HEADER));
                return;
            }
        }
        throw new ServingException(
                        ErrorCode.UNSUPPORTED_VALUE, "The chat template of this model has no place for tool messages.")
                .withParam("messages[%d].role".formatted(turn));
    }

    private static boolean rendersTools(ChatTemplate template) {
        List<Turn> probe = List.of(
                new Turn(Role.USER, "question"), new Turn(Role.ASSISTANT, "call"), new Turn(Role.TOOL, "result"));
        try {
            template.render(new Conversation(probe, true, null));
            return true;
        } catch (ServingException e) {
            return false;
        }
    }
}
