package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a template needs to know of its model.
///
/// @param media markers of each kind of media that the model takes
/// @param contentFormat how messages of several parts reach the template
/// @param bosToken the template's variable `bos_token`; null leaves it undefined
/// @param eosToken the template's variable `eos_token`; null leaves it undefined
public record TemplateSettings(
        Map<MediaKind, MediaMarkers> media,
        ContentFormat contentFormat,
        @Nullable String bosToken,
        @Nullable String eosToken) {
    public TemplateSettings {
        media = Map.copyOf(media);
    }

    /// The markers of a kind.
    ///
    /// @throws ServingException UNSUPPORTED_CONTENT_TYPE when the model does not take media of this kind
    public MediaMarkers markers(MediaKind kind) {
        MediaMarkers markers = media.get(kind);
        if (markers == null) {
            String plural = switch (kind) {
                case IMAGE -> "images";
                case AUDIO -> "audio";
            };
            throw new ServingException(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE, "This model does not take %s".formatted(plural));
        }
        return markers;
    }
}
