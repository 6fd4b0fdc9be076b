package ai.autoglm.decoder.kvcache;

import ai.autoglm.decoder.fuse.FusedPrompt;
import java.util.Arrays;

/// What the rows of a sequence were computed from: token ids, fuse flags and media, row by row, and the
/// salt. Two sequences with equal keys up to a row have equal KV cache rows and fusion keys up to there.
/// Grows with the answer; owned by the decode-loop thread.
public final class PrefixKeys {
    private static final long FUSED = 1L << 32;
    private static final long MEDIA = 1L << 33;

    private final FusedPrompt prompt;
    private final String salt;
    private final boolean reusesRows;
    private long[] keys; // [row]: a token id with FUSED, or MEDIA with the row's index in its medium
    private int rowCount;

    /// @param salt sequences of different salts share nothing
    /// @param reusesRows false for a sequence that computes every row itself; others may still take over its rows
    public PrefixKeys(FusedPrompt prompt, String salt, boolean reusesRows) {
        this.prompt = prompt;
        this.salt = salt;
        this.reusesRows = reusesRows;
        rowCount = prompt.rowCount();
        keys = new long[rowCount];
        for (int row = 0; row < rowCount; row++) {
            keys[row] = prompt.isMedia(row)
                    ? MEDIA | (row - prompt.segmentStart(row))
                    : prompt.tokenIds().at(row) | (prompt.isFused(row) ? FUSED : 0);
        }
    }

    /// Adds a generated token, which is never fused.
    public void append(int tokenId) {
        if (rowCount == keys.length) {
            keys = Arrays.copyOf(keys, rowCount + 256);
        }
        keys[rowCount++] = tokenId;
    }

    int rowCount() {
        return rowCount;
    }

    /// How many of the first rows are media rows.
    int mediaBefore(int row) {
        return prompt.mediaBefore(Math.min(row, prompt.rowCount()));
    }

    /// How many leading rows of `other` this sequence can take over: at least one prompt row is left to
    /// compute, since the KV cache holds no logits, and no medium is cut in two.
    int reusableRows(PrefixKeys other, int otherValidRows) {
        int common = commonRows(other, Math.min(otherValidRows, prompt.rowCount() - 1));
        return prompt.isMedia(common) ? prompt.segmentStart(common) : common;
    }

    private int commonRows(PrefixKeys other, int limit) {
        if (!reusesRows || !salt.equals(other.salt)) {
            return 0;
        }
        int row = 0;
        while (row < limit && keys[row] == other.keys[row] && isSameMedium(other, row)) {
            row++;
        }
        return row;
    }

    /// Compares whole media at their first rows: the others follow.
    private boolean isSameMedium(PrefixKeys other, int row) {
        return keys[row] != MEDIA || prompt.segmentOf(row).equals(other.prompt.segmentOf(row));
    }
}
