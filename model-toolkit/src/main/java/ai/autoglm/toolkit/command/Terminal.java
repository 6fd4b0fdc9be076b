package ai.autoglm.toolkit.command;

import java.io.Console;

/// Where a command writes to.
public final class Terminal {
    private Terminal() {}

    /// Whether somebody watches, rather than output going to a file.
    // JDK 25 is back to null where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
