package ai.autoglm.toolkit.tokenizer;

/// Watches over the encoding of texts that may be long: it is told before and after each piece, and what it throws
/// ends the encoding.
public interface EncodingWatch {
    /// Lets everything pass.
    EncodingWatch NONE = new EncodingWatch() {
        @Override
        public void begin(int charCount) {}

        @Override
        public void end(int charCount, int tokenCount) {}
    };

    /// A piece is about to be encoded. May wait.
    void begin(int charCount);

    /// The piece of the last call of [#begin] is encoded.
    ///
    /// @param tokenCount 0 where its encoding failed
    void end(int charCount, int tokenCount);
}
