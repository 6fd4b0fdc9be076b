package ai.autoglm.gateway.openai;

import java.util.List;

/// The tools of a request, and what the model shall do with them. Source: API 1.2.
///
/// @param offered tools of the request; empty: it has none
/// @param choice whether the model calls one of them
/// @param callable those that the model may call
/// @param parallel whether one answer may hold several calls
public record ToolUse(List<Tool> offered, Choice choice, List<Tool> callable, boolean parallel) {
    /// Of a request without tools.
    public static final ToolUse NONE = new ToolUse(List.of(), Choice.NONE, List.of(), true);

    public ToolUse {
        offered = List.copyOf(offered);
        callable = List.copyOf(callable);
    }

    /// Who decides whether a tool is called.
    public enum Choice {
        /// It is decided: none is.
        NONE,
        /// The model.
        AUTO,
        /// It is decided: one is.
        REQUIRED
    }
}
