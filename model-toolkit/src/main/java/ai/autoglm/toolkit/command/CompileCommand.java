package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.compile.BundleCompiler;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Option(
            names = "--if-changed",
            description = "Leaves a bundle alone that this checkpoint with these options would compile to.")
    private boolean ifChanged;

    @Mixin
    private CompileChoices choices;

    @Override
    public Integer call() {
        try (ProgressBars progress = new ProgressBars()) {
            BundleCompiler compiler = choices.compiler(progress);
            Bundle there =
                    ifChanged ? compiler.compileIfChanged(checkpoint, bundle) : compiler.compile(checkpoint, bundle);
            progress.close();
            spec.commandLine()
                    .getOut()
                    .println((ifChanged ? "There is " : "Compiled ") + bundle + " (bundleId "
                            + there.manifest().bundleId().substring(0, 8) + ").");
        }
        return 0;
    }
}
