package ai.autoglm.gateway.encode;

/// What an encoder says of a medium once it is decoded.
public sealed interface Acceptance {
    /// Embedding rows that follow, which is also the number of placeholder tokens in the prompt.
    int tokenCount();

    /// @param mergedRows rows of the merged patch grid; times `mergedColumns` it is the token count
    record Image(int tokenCount, int mergedRows, int mergedColumns) implements Acceptance {
        public Image {
            if (tokenCount < 1 || (long) mergedRows * mergedColumns != tokenCount) {
                throw new IllegalArgumentException(
                        "an image of %d x %d tokens has not %d".formatted(mergedRows, mergedColumns, tokenCount));
            }
        }
    }

    record Audio(int tokenCount) implements Acceptance {
        public Audio {
            if (tokenCount < 1) {
                throw new IllegalArgumentException("an audio has at least one token");
            }
        }
    }
}
