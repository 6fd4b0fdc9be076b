package ai.autoglm.toolkit.chattemplate;

import java.util.Locale;

/// How a message of several parts reaches the template; a bundle decides. Source: MODEL_SPEC C.5, API.md 1.3.
public enum ContentFormat {
    /// The list of parts as it is: the template writes text and placeholders in their order.
    PARTS,
    /// One string, as vLLM's `--chat-template-content-format string` makes it: placeholders of all media first, then
    /// the
    /// texts, joined by newlines.
    STRING;

    /// The word for it on the command line and in `bundle.json`.
    public String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
