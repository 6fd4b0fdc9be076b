package ai.autoglm.tensorrt.command;

import ai.autoglm.toolkit.command.EngineCommand;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes a checkpoint of AutoGLM-Phone-9B's shape with random weights, 21 GB with all its layers.
@Command(
        name = "random-checkpoint",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Writes a checkpoint of AutoGLM-Phone-9B's shape with random weights (21 GB), to measure with.")
public final class RandomCheckpointCommand implements EngineCommand {
    @Parameters(index = "0", paramLabel = "<directory>", description = "Directory to write.")
    private Path directory;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "<file>",
            description = "A tokenizer.json; what is measured has no text.")
    private Path tokenizer;

    @Option(
            names = "--layers",
            defaultValue = "40",
            paramLabel = "<count>",
            description = "Layers of the language model, of the true widths. Default: ${DEFAULT-VALUE}.")
    private int layers;

    @Option(
            names = "--vision-depth",
            defaultValue = "24",
            paramLabel = "<count>",
            description = "Blocks of the vision tower. Default: ${DEFAULT-VALUE}.")
    private int visionDepth;

    @Override
    public Integer call() throws IOException {
        new RandomCheckpoint(RandomCheckpoint.Sizes.phone9b(layers, visionDepth)).write(directory, tokenizer);
        return 0;
    }
}
