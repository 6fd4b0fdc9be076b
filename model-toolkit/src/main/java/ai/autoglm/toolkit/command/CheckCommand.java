package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.chat.Trust;
import ai.autoglm.toolkit.chat.WorkingServer;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--url",
            defaultValue = "http://127.0.0.1:8000",
            description = "Address of the server. Default: ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--api-key",
            defaultValue = "${env:AUTOGLM_API_KEY:-EMPTY}",
            description = "Key of a server that asks for one; also the environment variable AUTOGLM_API_KEY.")
    private String apiKey;

    @Option(
            names = "--ca",
            paramLabel = "<file>",
            description = "PEM certificate that vouches for an https server, or the server's own.")
    private @Nullable Path authority;

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
        WorkingServer server = new WorkingServer(
                url, apiKey, authority == null ? Trust.platform() : Trust.certificates(authority), timeout);
        PrintWriter out = spec.commandLine().getOut();
        server.awaitHealthy();
        out.println(url + " is healthy.");
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
