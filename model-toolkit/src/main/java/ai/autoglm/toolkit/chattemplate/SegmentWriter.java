package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.tokenizer.EncodingWatch;
import ai.autoglm.toolkit.tokenizer.SpannedTokenIds;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Collects text between two hard borders, encodes it in one go and cuts the tokens where the fuse flag changes.
final class SegmentWriter {
    private final Tokenizer tokenizer;
    private final EncodingWatch watch;
    private final List<PromptSegment> segments = new ArrayList<>();
    private final StringBuilder run = new StringBuilder();
    private final BitSet unfusedCodePoints = new BitSet(); // [code point of the run]
    private int runCodePoints;
    private TokenIds.Builder ids = TokenIds.builder();
    private boolean fused;

    SegmentWriter(Tokenizer tokenizer, EncodingWatch watch) {
        this.tokenizer = tokenizer;
        this.watch = watch;
    }

    void text(String text, boolean isFused) {
        int end = runCodePoints + text.codePointCount(0, text.length());
        unfusedCodePoints.set(runCodePoints, end, !isFused);
        runCodePoints = end;
        run.append(text);
    }

    void controlToken(int id, boolean isFused) {
        encodeRun();
        append(id, isFused);
    }

    void media(PromptSegment.Media media) {
        encodeRun();
        closeSegment();
        segments.add(media);
    }

    List<PromptSegment> finish() {
        encodeRun();
        closeSegment();
        return List.copyOf(segments);
    }

    /// A token that spans both template text and the content of an assistant message counts as content.
    private void encodeRun() {
        if (run.isEmpty()) {
            return;
        }
        SpannedTokenIds tokens = tokenizer.encodeTextWithSpans(run.toString(), watch);
        for (int i = 0; i < tokens.ids().size(); i++) {
            int unfused = unfusedCodePoints.nextSetBit(tokens.start(i));
            append(tokens.ids().at(i), unfused < 0 || unfused >= tokens.end(i));
        }
        run.setLength(0);
        unfusedCodePoints.clear();
        runCodePoints = 0;
    }

    private void append(int id, boolean isFused) {
        if (isFused != fused) {
            closeSegment();
            fused = isFused;
        }
        ids.append(id);
    }

    private void closeSegment() {
        if (!ids.isEmpty()) {
            segments.add(new PromptSegment.Tokens(ids.build(), fused));
            ids = TokenIds.builder();
        }
    }
}
