package ai.autoglm.toolkit.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "bundle-id",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the id of the bundle that a checkpoint compiles to with these options.",
            "It reads the checkpoint once and compiles nothing; what a chart is told before it compiles."
        })
final class BundleIdCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "<checkpoint>", description = "Directory with config.json and safetensors.")
    private Path checkpoint;

    @Mixin
    private CompileChoices choices;

    @Override
    public Integer call() {
        try (ProgressBars progress = new ProgressBars()) {
            String id = choices.compiler(progress).bundleId(checkpoint);
            progress.close();
            spec.commandLine().getOut().println(id);
        }
        return 0;
    }
}
