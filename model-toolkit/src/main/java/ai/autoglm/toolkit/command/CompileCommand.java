package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            names = "--precision",
            defaultValue = "fp32",
            description = {
                "Element types. For CPUs: fp32, int8 or int4; for GPUs: fp16, bf16 or int4-fp16.",
                "bf16 is the one for AutoGLM-Phone-9B on a GPU. Default: ${DEFAULT-VALUE}."
            })
    private Precision precision;

    @Option(
            names = "--content-format",
            defaultValue = "parts",
            description = "How message parts reach the chat template: parts (as the template renders them) or string "
                    + "(media first, then texts joined by newlines: the setting for AutoGLM-Phone-9B). "
                    + "Default: ${DEFAULT-VALUE}.")
    private ContentFormat contentFormat;

    @Override
    public Integer call() {
        try (ProgressBars progress = new ProgressBars()) {
            Bundle compiled = new BundleCompiler(new CompileOptions(precision, contentFormat), progress)
                    .compile(checkpoint, bundle);
            progress.close();
            spec.commandLine()
                    .getOut()
                    .println("Compiled " + bundle + " (bundleId "
                            + compiled.manifest().bundleId().substring(0, 8) + ").");
        }
        return 0;
    }
}
