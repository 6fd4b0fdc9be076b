package ai.autoglm.gateway.media;

import ai.autoglm.toolkit.error.ServingException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/// Reads a file that a request carries in itself: a `data:` URL, or plain base64 where that is allowed. Whitespace in
/// the base64 and missing padding are tolerated, since phones write both; anything else is not. Source: API 1.1, 1.3.
final class InlineFile {
    private static final String BASE64_MARK = ";base64";

    private InlineFile() {}

    /// @param maxBytes of the file
    static byte[] ofUrl(String url, MediaKind kind, long maxBytes) {
        int colon = url.indexOf(':');
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "data" -> decode(url, payloadStart(url, kind), kind, maxBytes);
            default ->
                throw new ServingException(
                        kind.badUrl(), "The %s must be a data URL: data:…;base64,…".formatted(kind.word()));
        };
    }

    /// @param data base64, or a URL as in [#ofUrl], which a colon tells apart
    static byte[] ofBase64(String data, MediaKind kind, long maxBytes) {
        return data.indexOf(':') < 0 ? decode(data, 0, kind, maxBytes) : ofUrl(data, kind, maxBytes);
    }

    private static int payloadStart(String url, MediaKind kind) {
        int comma = url.indexOf(',');
        String header = comma < 0 ? "" : url.substring(0, comma).strip();
        int mark = header.length() - BASE64_MARK.length();
        if (mark < 0 || !header.regionMatches(true, mark, BASE64_MARK, 0, BASE64_MARK.length())) {
            throw new ServingException(
                    kind.badUrl(),
                    "The %s's data URL must be encoded in base64: data:…;base64,…".formatted(kind.word()));
        }
        return comma + 1;
    }

    /// The text is copied once, and that copy is cleaned in place.
    private static byte[] decode(String text, int start, MediaKind kind, long maxBytes) {
        byte[] base64 = text.getBytes(StandardCharsets.ISO_8859_1);
        int end = withoutPadding(base64, start, withoutWhitespace(base64, start));
        long size = (end - start) * 3L / 4;
        if (end == start) {
            throw new ServingException(kind.empty(), "The %s file is empty.".formatted(kind.word()));
        }
        if (size > maxBytes) {
            throw new ServingException(
                    kind.tooLarge(),
                    "The %s file has %d bytes; at most %d are accepted.".formatted(kind.word(), size, maxBytes));
        }
        try {
            ByteBuffer file = Base64.getDecoder().decode(ByteBuffer.wrap(base64, start, end - start));
            return file.remaining() == file.array().length ? file.array() : Arrays.copyOf(file.array(), file.limit());
        } catch (IllegalArgumentException e) {
            throw new ServingException(kind.badBase64(), "The %s is not valid base64.".formatted(kind.word()), e);
        }
    }

    /// Moves what is left together; the end of it.
    private static int withoutWhitespace(byte[] base64, int start) {
        int end = start;
        for (int i = start; i < base64.length; i++) {
            byte letter = base64[i];
            if (letter != '\n' && letter != '\r' && letter != ' ' && letter != '\t') {
                base64[end++] = letter;
            }
        }
        return end;
    }

    private static int withoutPadding(byte[] base64, int start, int end) {
        int padding = 0;
        while (padding < 2 && end - padding > start && base64[end - padding - 1] == '=') {
            padding++;
        }
        return end - padding;
    }
}
