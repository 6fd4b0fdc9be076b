package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.tokenizer.Tokenizer;

/// The control tokens around media of one kind, such as `<|begin_of_image|>`, `<|image|>`, `<|end_of_image|>`. A
/// template writes the placeholder once for each medium; the medium's rows stand in its place.
public record MediaMarkers(String begin, String placeholder, String end) {
    public MediaMarkers {
        if (placeholder.isEmpty()) {
            throw new IllegalArgumentException("a placeholder token has a text");
        }
    }

    /// The markers whose ids `config.json` names (`image_start_token_id` and so on).
    public static MediaMarkers of(Tokenizer tokenizer, int beginId, int placeholderId, int endId) {
        return new MediaMarkers(tokenizer.text(beginId), tokenizer.text(placeholderId), tokenizer.text(endId));
    }
}
