package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.chattemplate.PromptPiece.Literal;
import ai.autoglm.toolkit.chattemplate.PromptPiece.MediaPlaceholder;
import ai.autoglm.toolkit.chattemplate.TemplateInput.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts what a template rendered at its sentinels and placeholder tokens, and insists on finding each exactly once, in
/// order and unchanged.
final class RenderedText {
    private static final String MATCHES_NOTHING = "(?!)";

    private final String text;
    private final Pattern placeholders;
    private final List<PromptPiece> pieces = new ArrayList<>();
    private final Deque<MediaPlaceholder> awaited = new ArrayDeque<>();

    private RenderedText(String text, Collection<MediaMarkers> markers) {
        this.text = text;
        this.placeholders = Pattern.compile(markers.stream()
                .map(marker -> Pattern.quote(marker.placeholder()))
                .reduce((some, more) -> some + "|" + more)
                .orElse(MATCHES_NOTHING));
    }

    /// @throws TemplateRefusal when a sentinel or placeholder is missing, repeated, changed or out of order
    static List<PromptPiece> cut(String text, List<Slot> slots, TemplateSettings settings) {
        RenderedText rendered = new RenderedText(text, settings.media().values());
        int position = 0;
        for (Slot slot : slots) {
            if (slot.sentinel() == null) {
                slot.pieces().forEach(piece -> rendered.awaited.add((MediaPlaceholder) piece));
                continue;
            }
            int at = text.indexOf(slot.sentinel(), position);
            if (at < 0) {
                throw new TemplateRefusal(
                        "it drops, moves or changes the content of message %d".formatted(slot.turnIndex()));
            }
            rendered.cutLiteral(position, at, settings);
            rendered.pieces.addAll(slot.pieces());
            position = at + slot.sentinel().length();
        }
        rendered.cutLiteral(position, text.length(), settings);
        return List.copyOf(rendered.pieces);
    }

    private void cutLiteral(int from, int to, TemplateSettings settings) {
        if (Sentinel.isIn(text.substring(from, to))) {
            throw new TemplateRefusal("it repeats, moves or changes the content of a message");
        }
        int position = from;
        Matcher matcher = placeholders.matcher(text).region(from, to);
        while (matcher.find()) {
            addLiteral(position, matcher.start());
            MediaPlaceholder medium = awaited.poll();
            if (medium == null || !settings.markers(medium.kind()).placeholder().equals(matcher.group())) {
                throw new TemplateRefusal("it writes %s where no such medium is".formatted(matcher.group()));
            }
            pieces.add(medium);
            position = matcher.end();
        }
        if (!awaited.isEmpty()) {
            throw new TemplateRefusal("it writes no placeholder for the %s in message %d"
                    .formatted(
                            awaited.getFirst().kind().templateName(),
                            awaited.getFirst().turnIndex()));
        }
        addLiteral(position, to);
    }

    private void addLiteral(int from, int to) {
        if (from < to) {
            pieces.add(new Literal(text.substring(from, to)));
        }
    }
}
