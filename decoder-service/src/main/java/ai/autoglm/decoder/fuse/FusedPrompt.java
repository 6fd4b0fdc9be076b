package ai.autoglm.decoder.fuse;

import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.toolkit.position.MropePositions;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// A prompt row by row: its token ids, positions and fuse flags, and where its media rows stand. Media
/// rows are counted over the whole prompt: a media row's ordinal is the number of media rows before it.
/// Immutable.
public final class FusedPrompt {
    private final List<PromptSegment> segments;
    private final int[] segmentStarts; // [segment + 1], in rows
    private final int[] segmentOfRow; // [row]
    private final int[] mediaBefore; // [row + 1]
    private final BitSet fused = new BitSet(); // [row]
    private final TokenIds tokenIds;
    private final MropePositions positions;

    public FusedPrompt(List<PromptSegment> segments) {
        this.segments = List.copyOf(segments);
        segmentStarts = new int[segments.size() + 1];
        for (int index = 0; index < segments.size(); index++) {
            int rowCount = segments.get(index).positions().tokenCount();
            segmentStarts[index + 1] = Math.addExact(segmentStarts[index], rowCount);
        }
        int rowCount = segmentStarts[segments.size()];
        segmentOfRow = new int[rowCount];
        mediaBefore = new int[rowCount + 1];
        TokenIds.Builder ids = TokenIds.builder();
        for (int row = 0, index = 0; row < rowCount; row++) {
            while (row >= segmentStarts[index + 1]) {
                index++;
            }
            PromptSegment segment = segments.get(index);
            segmentOfRow[row] = index;
            fused.set(row, segment.fused());
            mediaBefore[row + 1] = mediaBefore[row] + (segment instanceof MediaRun ? 1 : 0);
            ids.append(
                    switch (segment) {
                        case TokenRun run -> run.tokenIds().at(row - segmentStarts[index]);
                        case MediaRun run -> run.placeholderId();
                    });
        }
        tokenIds = ids.build();
        positions = MropePositions.of(
                segments.stream().map(PromptSegment::positions).toList());
    }

    /// This prompt and, never fused, what an earlier generation has already answered.
    public FusedPrompt resumedWith(TokenIds generated) {
        if (generated.isEmpty()) {
            return this;
        }
        List<PromptSegment> longer = new ArrayList<>(segments);
        longer.add(new TokenRun(false, generated));
        return new FusedPrompt(longer);
    }

    public int rowCount() {
        return segmentOfRow.length;
    }

    public int mediaRowCount() {
        return mediaBefore[rowCount()];
    }

    /// One id a row, placeholders included.
    public TokenIds tokenIds() {
        return tokenIds;
    }

    public MropePositions positions() {
        return positions;
    }

    public boolean isFused(int row) {
        return fused.get(row);
    }

    public boolean isMedia(int row) {
        return mediaBefore[row + 1] > mediaBefore[row];
    }

    /// How many media rows stand before this row; `row` may be the row count.
    public int mediaBefore(int row) {
        return mediaBefore[row];
    }

    public PromptSegment segmentOf(int row) {
        return segments.get(segmentOfRow[row]);
    }

    /// The first row of the segment that holds `row`.
    public int segmentStart(int row) {
        return segmentStarts[segmentOfRow[row]];
    }

    /// The media ordinal of a segment's first row.
    public int mediaBeforeSegment(int segmentIndex) {
        return mediaBefore[segmentStarts[segmentIndex]];
    }

    public List<PromptSegment> segments() {
        return segments;
    }
}
