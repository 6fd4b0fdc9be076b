package ai.autoglm.gateway.metrics;

import ai.autoglm.gateway.media.Medium;
import java.util.List;
import java.util.Locale;

/// What a request is made of, which decides how long its first token may take. Images outweigh audio.
enum RequestKind {
    TEXT,
    IMAGE,
    AUDIO;

    static RequestKind of(List<Medium> media) {
        if (media.stream().anyMatch(Medium.Image.class::isInstance)) {
            return IMAGE;
        }
        return media.isEmpty() ? TEXT : AUDIO;
    }

    /// As in labels and logs.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
