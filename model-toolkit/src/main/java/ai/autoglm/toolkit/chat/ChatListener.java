package ai.autoglm.toolkit.chat;

/// Told the answer as it arrives.
public interface ChatListener {
    /// More of the thought.
    void reasoning(String text);

    /// More of the answer.
    void content(String text);
}
