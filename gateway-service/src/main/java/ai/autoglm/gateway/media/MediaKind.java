package ai.autoglm.gateway.media;

import ai.autoglm.toolkit.error.ErrorCode;

/// What is said of a medium that cannot be read, by kind. Source: API 1.3, 3.
enum MediaKind {
    IMAGE(
            "image",
            ErrorCode.INVALID_IMAGE_URL,
            ErrorCode.INVALID_BASE64_IMAGE,
            ErrorCode.EMPTY_IMAGE_FILE,
            ErrorCode.IMAGE_FILE_TOO_LARGE),
    AUDIO(
            "audio",
            ErrorCode.INVALID_VALUE,
            ErrorCode.INVALID_AUDIO,
            ErrorCode.INVALID_AUDIO,
            ErrorCode.REQUEST_TOO_LARGE);

    private final String word;
    private final ErrorCode badUrl;
    private final ErrorCode badBase64;
    private final ErrorCode empty;
    private final ErrorCode tooLarge;

    MediaKind(String word, ErrorCode badUrl, ErrorCode badBase64, ErrorCode empty, ErrorCode tooLarge) {
        this.word = word;
        this.badUrl = badUrl;
        this.badBase64 = badBase64;
        this.empty = empty;
        this.tooLarge = tooLarge;
    }

    String word() {
        return word;
    }

    ErrorCode badUrl() {
        return badUrl;
    }

    ErrorCode badBase64() {
        return badBase64;
    }

    ErrorCode empty() {
        return empty;
    }

    ErrorCode tooLarge() {
        return tooLarge;
    }
}
