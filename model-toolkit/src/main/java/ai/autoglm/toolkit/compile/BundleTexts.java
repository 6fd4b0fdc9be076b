package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.checkpoint.Checkpoint;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Copies what a bundle takes from its checkpoint as it is: tokenizer and chat template.
final class BundleTexts {
    private final Checkpoint checkpoint;

    BundleTexts(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    void copyTo(Path directory) throws IOException {
        Path tokenizer = checkpoint.directory().resolve("tokenizer.json");
        if (!Files.isRegularFile(tokenizer)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT, checkpoint.directory() + " has no tokenizer.json.");
        }
        Files.copy(tokenizer, directory.resolve("tokenizer.json"));
        Optional<String> template = chatTemplate();
        if (template.isPresent()) {
            Files.writeString(directory.resolve("chat_template.jinja"), template.get());
        }
    }

    /// The template in the order in which transformers looks for it.
    private Optional<String> chatTemplate() throws IOException {
        Path file = checkpoint.directory().resolve("chat_template.jinja");
        if (Files.isRegularFile(file)) {
            return Optional.of(Files.readString(file));
        }
        for (String name : new String[] {"chat_template.json", "tokenizer_config.json"}) {
            JsonNode template = checkpoint.json(name).path("chat_template");
            if (template.isTextual()) {
                return Optional.of(template.asText());
            }
        }
        return Optional.empty();
    }
}
