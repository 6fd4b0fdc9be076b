package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `autoglm`: compiles checkpoints, shows bundles, talks to a server, starts one.
@Command(
        name = "autoglm",
        mixinStandardHelpOptions = true,
        version = "autoglm 0.1.0",
        description = "Serves AutoGLM-Phone on your own machines.",
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            CompileCommand.class,
            InspectCommand.class,
            UnpackNativesCommand.class
        })
public final class Autoglm {
    private Autoglm() {}

    /// Runs the command and exits with its status.
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Autoglm());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(Autoglm::explain);
        return commandLine;
    }

    /// A foreseeable mistake gets its one sentence; a bug gets its stack trace.
    private static int explain(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        if (failure instanceof ServingException error && error.code().type() != ErrorType.INTERNAL_ERROR) {
            commandLine.getErr().println("autoglm: " + error.message());
        } else {
            failure.printStackTrace(commandLine.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
