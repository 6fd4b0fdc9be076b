package ai.autoglm.gateway.media;

import ai.autoglm.toolkit.image.ImageFormat;

/// An image or an audio of a request, still encoded.
public sealed interface Media {
    MediaBytes bytes();

    /// Where it stood in the request, such as `messages[0].content[1].image_url`.
    String param();

    /// @param mergedRows rows of prompt tokens, after the spatial merge
    /// @param mergedColumns prompt tokens in a row
    record ImageMedia(MediaBytes bytes, ImageFormat format, int mergedRows, int mergedColumns, String param)
            implements Media {
        /// Placeholder tokens in the prompt, and rows of its embedding.
        public int tokenCount() {
            return mergedRows * mergedColumns;
        }
    }

    /// How many tokens it takes is known only to its encoder.
    record AudioMedia(MediaBytes bytes, String param) implements Media {}
}
