package ai.autoglm.toolkit.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// How a message's parts reach the chat template. Source: MODEL_SPEC C.5, "String content format".
public enum ContentFormat {
    /// As a list, in order, nothing inserted: the template renders each part.
    @JsonProperty("parts")
    PARTS,
    /// As one string: media placeholders first, then the texts joined by a newline.
    @JsonProperty("string")
    STRING;

    /// As in options and manifests.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
