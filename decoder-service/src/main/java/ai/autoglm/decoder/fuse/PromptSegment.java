package ai.autoglm.decoder.fuse;

import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;

/// A stretch of the prompt in prompt order.
public sealed interface PromptSegment {
    /// Whether these rows pass through the cross-modal fusion layer.
    boolean fused();

    /// By which rule its rows get their positions; says how many rows there are.
    PositionRun positions();

    /// Text and control tokens.
    record TokenRun(boolean fused, TokenIds tokenIds) implements PromptSegment {
        @Override
        public PositionRun positions() {
            return new PositionRun.TextRun(tokenIds.size());
        }
    }

    /// The rows of one medium, which arrive as [MediaRowChunk].
    ///
    /// @param sha256 of the medium's bytes, in hexadecimal
    /// @param placeholderId the token that stands for each row
    record MediaRun(boolean fused, String sha256, int placeholderId, PositionRun positions) implements PromptSegment {}
}
