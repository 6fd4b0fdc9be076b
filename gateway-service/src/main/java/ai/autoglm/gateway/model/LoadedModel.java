package ai.autoglm.gateway.model;

import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.chattemplate.ChatTemplate;
import ai.autoglm.toolkit.chattemplate.TemplateSettings;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// The served bundle's manifest, tokenizer and chat template, open from start-up to shutdown.
@Startup
@Singleton
public final class LoadedModel {
    private static final int FINGERPRINT_LENGTH = 10;

    private final Path directory;
    private final BundleManifest manifest;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final ModelConfig config;
    private final long created = Instant.now().getEpochSecond();

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    public LoadedModel(ModelConfig config) {
        this.config = config;
        try {
            Bundle bundle = Bundle.open(config.bundle().orElseThrow(LoadedModel::noBundle));
            this.directory = bundle.directory();
            this.manifest = bundle.manifest();
            this.tokenizer = Tokenizer.load(bundle.tokenizer());
            this.template =
                    ChatTemplate.compile(jinja(bundle.chatTemplate()), TemplateSettings.of(manifest, tokenizer));
        } catch (ServingException e) {
            throw new ConfigurationException(e.message());
        }
    }

    /// Of the bundle.
    public Path directory() {
        return directory;
    }

    /// The model's id in requests and answers.
    public String servedName() {
        return config.servedName();
    }

    /// All names by which requests may ask for the model.
    public Set<String> names() {
        Set<String> names = new HashSet<>(config.aliases().orElse(Set.of()));
        names.add(config.servedName());
        return names;
    }

    public BundleManifest manifest() {
        return manifest;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    public ChatTemplate template() {
        return template;
    }

    /// The model as clients see it.
    ///
    /// @param maxModelLen longest prompt and completion together, in tokens
    public ServedModel served(int maxModelLen) {
        return new ServedModel(
                config.servedName(),
                config.aliases().orElse(Set.of()),
                manifest.source(),
                "fp_" + manifest.bundleId().substring(0, FINGERPRINT_LENGTH),
                created,
                maxModelLen,
                manifest.decoder().vocabularySize());
    }

    @PreDestroy
    void close() {
        tokenizer.close();
    }

    private static ServingException noBundle() {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION,
                "No model bundle is given: set autoglm.bundle to the directory of a compiled one.");
    }

    private static String jinja(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, file + " cannot be read: chat needs a bundle with a chat template.", e);
        }
    }
}
