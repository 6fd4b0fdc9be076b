package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        description = "Compiles a checkpoint directory in Hugging Face form to a model bundle.")
final class CompileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<checkpoint>", description = "Directory with config.json and safetensors.")
    private Path checkpoint;

    @Parameters(index = "1", paramLabel = "<bundle>", description = "Directory to write; an older bundle is replaced.")
    private Path bundle;

    @Mixin
    private CompileChoices choices;

    @Override
    public Integer call() {
        try (ProgressBars progress = new ProgressBars()) {
            Bundle compiled = choices.compiler(progress).compile(checkpoint, bundle);
            progress.close();
            spec.commandLine()
                    .getOut()
                    .println("Compiled " + bundle + " (bundleId "
                            + compiled.manifest().bundleId().substring(0, 8) + ").");
        }
        return 0;
    }
}
