package ai.autoglm.toolkit.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.util.Arrays;
import java.util.List;

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

    /// @param position of the text that the spans count from, in a longer one
    static SpannedTokenIds of(TokenIds ids, CharSpan[] spans, int position) {
        return new SpannedTokenIds(
                ids,
                Arrays.stream(spans)
                        .mapToInt(span -> position + span.getStart())
                        .toArray(),
                Arrays.stream(spans).mapToInt(span -> position + span.getEnd()).toArray());
    }

    static SpannedTokenIds join(List<SpannedTokenIds> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        TokenIds.Builder ids = TokenIds.builder();
        parts.forEach(part -> ids.append(part.ids));
        return new SpannedTokenIds(
                ids.build(),
                parts.stream().flatMapToInt(part -> Arrays.stream(part.starts)).toArray(),
                parts.stream().flatMapToInt(part -> Arrays.stream(part.ends)).toArray());
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
