package ai.autoglm.toolkit.chattemplate;

import java.util.Locale;

/// Who speaks in a turn. A closed list: templates write the role into the prompt's frame, so a client may not choose it
/// freely.
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL;

    /// The role as templates compare and write it.
    public String templateName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
