package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.chat.Trust;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.provision.BundleProvision;
import ai.autoglm.toolkit.provision.BundleSource;
import ai.autoglm.toolkit.provision.Download;
import ai.autoglm.toolkit.provision.RequiredBundle;
import ai.autoglm.toolkit.provision.WebFolder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "provision",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts a bundle where services mount it, unless it is there already.",
            "What the chart's job runs: it can be interrupted and run again, and it never makes another bundle than the "
                    + "one that was asked for. With --url the environment variable AUTOGLM_FETCH_AUTHORIZATION is sent as "
                    + "the Authorization header, if it is set."
        })
final class ProvisionCommand implements Callable<Integer> {
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<bundle>", description = "Directory of the bundle.")
    private Path bundle;

    @Option(
            names = "--bundle-id",
            paramLabel = "<digits>",
            required = true,
            description = "The bundleId, or its first eight digits or more.")
    private String bundleId;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /// Where the model comes from.
    static final class Source {
        @Option(names = "--checkpoint", paramLabel = "<directory>", description = "A checkpoint on this machine.")
        private @Nullable Path checkpoint;

        @ArgGroup(exclusive = false)
        private @Nullable Web web;
    }

    /// A folder on a web server.
    static final class Web {
        @Option(
                names = "--url",
                required = true,
                description = "A folder of a web server, with a file SHA256SUMS that lists the others.")
        private URI url;

        @Option(names = "--sha256", paramLabel = "<digest>", required = true, description = "SHA-256 of SHA256SUMS.")
        private String sha256;

        @Option(names = "--ca", paramLabel = "<file>", description = "PEM certificate that vouches for the web server.")
        private @Nullable Path authority;

        @Option(names = "--from-bundle", description = "The folder holds a bundle, not a checkpoint.")
        private boolean bundle;
    }

    @Mixin
    private CompileChoices choices;

    @Override
    public Integer call() throws InterruptedException {
        try (ProgressBars progress = new ProgressBars()) {
            Bundle there = new BundleProvision(bundle, new RequiredBundle(bundleId)).from(source(progress));
            progress.close();
            spec.commandLine()
                    .getOut()
                    .println("There is " + bundle + " (bundleId "
                            + there.manifest().bundleId() + ").");
        }
        return 0;
    }

    private BundleSource source(ProgressBars progress) {
        Web web = source.web;
        if (web == null) {
            if (source.checkpoint == null) {
                throw new ServingException(ErrorCode.INVALID_CONFIGURATION, "Give --checkpoint or --url.");
            }
            return new BundleSource.CheckpointDirectory(source.checkpoint, choices.compiler(progress));
        }
        WebFolder folder = new WebFolder(
                web.url,
                web.authority == null ? Trust.platform() : Trust.certificates(web.authority),
                System.getenv("AUTOGLM_FETCH_AUTHORIZATION"),
                STALL_TIMEOUT);
        Download download = new Download(folder, web.sha256, RETRY_PAUSE, progress);
        return web.bundle
                ? new BundleSource.BundleDownload(download)
                : new BundleSource.CheckpointDownload(download, choices.compiler(progress));
    }
}
