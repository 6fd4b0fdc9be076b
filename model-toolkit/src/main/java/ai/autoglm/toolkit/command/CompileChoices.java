package ai.autoglm.toolkit.command;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import picocli.CommandLine.Option;

/// The options that decide what a checkpoint becomes.
final class CompileChoices {
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

    BundleCompiler compiler(CompileProgress progress) {
        return new BundleCompiler(new CompileOptions(precision, contentFormat), progress);
    }
}
