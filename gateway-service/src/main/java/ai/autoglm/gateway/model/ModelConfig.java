package ai.autoglm.gateway.model;

import ai.autoglm.gateway.text.DefaultThinking;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// What is served, and under which name.
@ConfigMapping(prefix = "autoglm.model")
public interface ModelConfig {
    /// Directory of a compiled bundle; of its files only the manifest, the tokenizer and the template
    /// are opened.
    @WithDefault("${autoglm.bundle:}")
    Optional<Path> bundle();

    /// File that names several bundles with their weights, instead of one bundle. Read again when it changes.
    Optional<Path> file();

    /// The model's id in requests, answers and `/v1/models`.
    @WithDefault("autoglm-phone-9b")
    @NotBlank
    String servedName();

    /// Other names that requests for the served name may use.
    Optional<Set<String>> aliases();

    /// What a request gets that says nothing about thinking.
    @WithDefault("raw")
    DefaultThinking defaultThinkingMode();
}
