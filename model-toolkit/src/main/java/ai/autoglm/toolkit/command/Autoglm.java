package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.engine.EngineChoice;
import ai.autoglm.toolkit.engine.EngineException;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.launch.Service;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/// `autoglm`: compiles checkpoints, shows bundles, talks to a server, starts one.
@Command(
        name = "autoglm",
        mixinStandardHelpOptions = true,
        version = "autoglm 0.1.0",
        description = "Serves AutoGLM-Phone on your own machines.",
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            KeyCommand.class,
            CheckCommand.class,
            CompileCommand.class,
            BundleIdCommand.class,
            InspectCommand.class,
            ProvisionCommand.class,
            AwaitBundleCommand.class,
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
        ServiceLoader.load(EngineCommand.class).forEach(commandLine::addSubcommand);
        offer(commandLine, Precision.class);
        offer(commandLine, ContentFormat.class);
        offer(commandLine, Service.class);
        offer(commandLine, EngineChoice.class);
        offer(commandLine, ModelPart.Kind.class);
        commandLine.setExecutionExceptionHandler(Autoglm::explain);
        return commandLine;
    }

    /// Reads and lists the values of an option as they are written elsewhere, not as Java spells them.
    private static <T extends Enum<T>> void offer(CommandLine commandLine, Class<T> type) {
        List<T> values = List.of(type.getEnumConstants());
        commandLine.registerConverter(
                type,
                text -> values.stream()
                        .filter(value -> value.toString().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException(
                                "expected one of %s but was '%s'".formatted(values, text))));
    }

    /// A foreseeable mistake gets its one sentence; a bug gets its stack trace.
    private static int explain(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        if (failure instanceof ServingException error && error.code().type() != ErrorType.INTERNAL_ERROR) {
            commandLine.getErr().println("autoglm: " + error.message());
        } else if (failure instanceof EngineException) {
            commandLine.getErr().println("autoglm: " + failure.getMessage());
        } else {
            failure.printStackTrace(commandLine.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
