package ai.autoglm.gateway.media;

import com.google.protobuf.ByteString;

/// An image or an audio of a request, still encoded.
public sealed interface Medium {
    /// The whole file.
    ByteString bytes();

    /// Of the file: its name in caches and in the choice of a backend.
    ByteString sha256();

    /// Where it stood in the request, such as `messages[0].content[1].image_url`.
    String param();

    /// @param mergedRows rows of prompt tokens, after the spatial merge
    /// @param mergedColumns prompt tokens in a row
    record Image(ByteString bytes, ByteString sha256, String param, int mergedRows, int mergedColumns)
            implements Medium {
        /// Placeholder tokens in the prompt, and rows of its embedding.
        public int tokenCount() {
            return mergedRows * mergedColumns;
        }
    }

    /// How many tokens it takes is known only to its encoder.
    record Audio(ByteString bytes, ByteString sha256, String param) implements Medium {
        /// An audio file, still encoded.
        public static Audio of(ByteString file, String param) {
            return new Audio(file, MediaLoader.sha256(file.asReadOnlyByteBuffer()), param);
        }
    }
}
