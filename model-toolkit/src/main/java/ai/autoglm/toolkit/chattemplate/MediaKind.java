package ai.autoglm.toolkit.chattemplate;

import java.util.Locale;

/// What a part of a message can be besides text.
public enum MediaKind {
    IMAGE,
    AUDIO;

    /// The `type` of such a part in a template's eyes.
    public String templateName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
