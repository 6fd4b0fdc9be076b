package ai.autoglm.toolkit.tokenizer;

/// Token ids together with the stretch of text that each came from. Stretches count Unicode code points, not chars;
/// several tokens share one when a code point is cut into bytes.
public final class SpannedTokenIds {
    private final TokenIds ids;
    private final int[] starts; // [token], inclusive
    private final int[] ends; // [token], exclusive

    SpannedTokenIds(TokenIds ids, int[] starts, int[] ends) {
        if (starts.length != ids.size() || ends.length != ids.size()) {
            throw new IllegalArgumentException("one span per token");
        }
        this.ids = ids;
        this.starts = starts;
        this.ends = ends;
    }

    public TokenIds ids() {
        return ids;
    }

    /// First code point of the token at `index`.
    public int start(int index) {
        return starts[index];
    }

    /// The code point after the last one of the token at `index`.
    public int end(int index) {
        return ends[index];
    }
}
