package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.provision.RequiredBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "await-bundle",
        mixinStandardHelpOptions = true,
        description = "Waits until a bundle is in a directory, and fails when it is another than the one asked for.")
final class AwaitBundleCommand implements Callable<Integer> {
    @Parameters(paramLabel = "<bundle>", description = "Directory of the bundle.")
    private Path bundle;

    @Option(
            names = "--bundle-id",
            paramLabel = "<digits>",
            required = true,
            description = "The bundleId, or its first eight digits or more.")
    private String bundleId;

    @Option(
            names = "--timeout",
            converter = DurationText.class,
            defaultValue = "2h",
            description = "Longest wait. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Override
    public Integer call() throws InterruptedException {
        new RequiredBundle(bundleId).await(bundle, timeout);
        return 0;
    }
}
