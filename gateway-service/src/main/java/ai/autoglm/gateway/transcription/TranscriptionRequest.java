package ai.autoglm.gateway.transcription;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// A transcription request that keeps every rule of the contract. Source: API.md 2.
///
/// @param file still encoded
/// @param language as ISO-639-1; null: not said
/// @param hint words that may come, or the style of the text; null: none
record TranscriptionRequest(
        ByteString file,
        @Nullable String language,
        @Nullable String hint,
        Format format,
        double temperature,
        boolean stream) {
    /// How the text is wrapped.
    enum Format {
        JSON,
        TEXT,
        SRT,
        VERBOSE_JSON,
        VTT
    }
}
