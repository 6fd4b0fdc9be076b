package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.chattemplate.ChatTemplate;
import ai.autoglm.toolkit.chattemplate.TemplateSettings;
import ai.autoglm.toolkit.checkpoint.Checkpoint;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
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

    /// Copies both, and refuses a template that could not be served.
    void copyTo(Path directory, BundleManifest manifest) throws IOException {
        Path tokenizer = checkpoint.directory().resolve("tokenizer.json");
        if (!Files.isRegularFile(tokenizer)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT, checkpoint.directory() + " has no tokenizer.json.");
        }
        Files.copy(tokenizer, directory.resolve("tokenizer.json"));
        Optional<String> template = chatTemplate();
        if (template.isPresent()) {
            Files.writeString(directory.resolve("chat_template.jinja"), template.get());
            try (Tokenizer loaded = Tokenizer.load(tokenizer)) {
                ChatTemplate.compile(template.get(), TemplateSettings.of(manifest, loaded))
                        .verify();
            }
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
