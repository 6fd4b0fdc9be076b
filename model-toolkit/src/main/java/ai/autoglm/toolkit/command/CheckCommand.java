package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.chat.WorkingServer;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says whether a server works: waits until it is healthy, then asks one question and wants an answer.",
            "Exits with 0 only then. What `helm test` runs."
        })
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions remote;

    @Option(names = "--image", paramLabel = "<file>", description = "Screenshot to ask about; repeatable.")
    private List<Path> images = List.of();

    @Option(
            names = "--timeout",
            converter = DurationText.class,
            defaultValue = "5m",
            description = "Longest time for all of it. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Override
    public Integer call() throws InterruptedException {
        for (Path image : images) {
            if (!Files.isReadable(image)) {
                throw new ServingException(
                        ErrorCode.INVALID_CONFIGURATION, "--image " + image + " is no file that can be read.");
            }
        }
        WorkingServer server = new WorkingServer(remote.url(), remote.apiKey(), remote.trust(), timeout);
        PrintWriter out = spec.commandLine().getOut();
        server.awaitHealthy();
        out.println(remote.url() + " is healthy.");
        WorkingServer.Answer answer = server.ask(images);
        out.printf(
                Locale.ROOT,
                "It answered after %.1f s, with %d characters: %s%n",
                answer.duration().toMillis() / 1000.0,
                answer.text().length(),
                answer.text().strip());
        out.flush();
        return 0;
    }
}
