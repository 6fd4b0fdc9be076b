package ai.autoglm.gateway.text;

import org.jspecify.annotations.Nullable;

/// Follows the generated tokens up to the first one that belongs to the language of the answer.
final class LanguageStart {
    /// Where a token stands.
    enum Place {
        /// In the thought, or in an answer of no language.
        BEFORE,
        /// Between thought and answer, where nothing is to be seen.
        BETWEEN,
        /// In the language.
        INSIDE
    }

    private final AnswerLanguage.@Nullable Thought thought;
    private Place place;
    private int betweenLeft;

    /// @param language null: there is none
    LanguageStart(@Nullable AnswerLanguage language) {
        this.thought = language == null ? null : language.thought();
        this.place = language != null && thought == null ? Place.INSIDE : Place.BEFORE;
    }

    /// Where the next token stands.
    Place next(int tokenId) {
        Place current = place;
        if (current == Place.BEFORE && thought != null && tokenId == thought.closing()) {
            betweenLeft = thought.following().size();
            place = betweenLeft == 0 ? Place.INSIDE : Place.BETWEEN;
        } else if (current == Place.BETWEEN) {
            betweenLeft--;
            place = betweenLeft == 0 ? Place.INSIDE : Place.BETWEEN;
        }
        return current;
    }

    /// Whether the language has begun.
    boolean inside() {
        return place == Place.INSIDE;
    }
}
