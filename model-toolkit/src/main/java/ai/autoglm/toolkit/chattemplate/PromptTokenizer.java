package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.chattemplate.PromptPiece.Prefill;
import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns prompt pieces into token segments whose ids equal those that transformers gives for the whole rendered string.
///
/// Control tokens in what the template wrote are the only hard borders: between two of them, template text and client
/// text are encoded together (a newline of the template may merge with a client's), by the tokenizer that knows no
/// control token. So client text cannot become one, not even together with the template's text beside it.
/// Safe for concurrent callers.
public final class PromptTokenizer {
    /// The empty thought, and the tag that opens the answer. Source: API.md 1.5.
    private static final List<String> DIRECT_ANSWER_TAGS = List.of("<think>", "</think>", "<answer>");

    private static final Prefill DIRECT_ANSWER = new Prefill("<think></think>\n<answer>");

    private static final String MATCHES_NOTHING = "(?!)";

    private final Tokenizer tokenizer;
    private final Pattern controlTokens;

    public PromptTokenizer(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        // The longest first: of two tokens that begin at the same place the tokenizer takes the longer one.
        this.controlTokens = Pattern.compile(tokenizer.specialTokens().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .reduce((some, more) -> some + "|" + more)
                .orElse(MATCHES_NOTHING));
    }

    /// The segments in prompt order; neighbouring tokens with the same fuse flag are one segment.
    public List<PromptSegment> tokenize(List<PromptPiece> pieces) {
        return tokenize(pieces, EncodingWatch.NONE);
    }

    /// The same under the eyes of a watch.
    public List<PromptSegment> tokenize(List<PromptPiece> pieces, EncodingWatch watch) {
        SegmentWriter writer = new SegmentWriter(tokenizer, watch);
        for (PromptPiece piece : pieces) {
            switch (piece) {
                case PromptPiece.Literal(String text) -> writeTemplateText(writer, text, true);
                case PromptPiece.Prefill(String text) -> writeTemplateText(writer, text, false);
                case PromptPiece.ClientText(int _, int _, String text, Role role) ->
                    writer.text(text, role != Role.ASSISTANT);
                case PromptPiece.MediaPlaceholder(int turnIndex, int partIndex, MediaKind kind) ->
                    writer.media(new PromptSegment.Media(kind, turnIndex, partIndex));
            }
        }
        return writer.finish();
    }

    /// The pieces with an empty thought behind them, for thinking turned off on a template that does not render the
    /// switch; unchanged when the tokenizer has no such tags.
    public List<PromptPiece> withDirectAnswer(List<PromptPiece> pieces) {
        if (DIRECT_ANSWER_TAGS.stream().anyMatch(tag -> tokenizer.idOf(tag).isEmpty())) {
            return pieces;
        }
        List<PromptPiece> prefilled = new ArrayList<>(pieces);
        prefilled.add(DIRECT_ANSWER);
        return List.copyOf(prefilled);
    }

    private void writeTemplateText(SegmentWriter writer, String text, boolean fused) {
        int position = 0;
        Matcher matcher = controlTokens.matcher(text);
        while (matcher.find()) {
            writer.text(text.substring(position, matcher.start()), fused);
            writer.controlToken(tokenizer.idOf(matcher.group()).orElseThrow(), fused);
            position = matcher.end();
        }
        writer.text(text.substring(position), fused);
    }
}
