package ai.autoglm.toolkit.position;

/// A stretch of a prompt whose positions follow one rule. Source: MODEL_SPEC A.5.
public sealed interface PositionRun {
    int tokenCount();

    /// Text tokens, control tokens and audio rows: each takes the next position on all three axes.
    record TextRun(int tokenCount) implements PositionRun {
        public TextRun {
            if (tokenCount < 0) {
                throw new IllegalArgumentException("tokenCount %d < 0".formatted(tokenCount));
            }
        }
    }

    /// The rows of one image, row by row.
    ///
    /// @param mergedRows patch rows / spatial merge size
    /// @param mergedColumns patch columns / spatial merge size
    record ImageRun(int mergedRows, int mergedColumns) implements PositionRun {
        public ImageRun {
            if (mergedRows < 1 || mergedColumns < 1) {
                throw new IllegalArgumentException("image of %d×%d tokens".formatted(mergedRows, mergedColumns));
            }
            Math.multiplyExact(mergedRows, mergedColumns);
        }

        @Override
        public int tokenCount() {
            return mergedRows * mergedColumns;
        }
    }
}
