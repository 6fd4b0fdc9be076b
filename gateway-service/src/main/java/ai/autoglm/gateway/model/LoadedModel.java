package ai.autoglm.gateway.model;

import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.chattemplate.ChatTemplate;
import ai.autoglm.toolkit.chattemplate.TemplateSettings;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A served bundle's manifest, tokenizer and chat template. Open from when it is loaded until it is no longer
/// served and its last request has ended.
public final class LoadedModel {
    private static final int FINGERPRINT_LENGTH = 10;

    private final String servedName;
    private final Set<String> aliases;
    private final Path directory;
    private final BundleManifest manifest;
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Map<PerModel<?>, Object> derived = new ConcurrentHashMap<>();
    private final long created = Instant.now().getEpochSecond();
    private int userCount = 1; // requests and, while it is served, its owner; guarded by this

    private LoadedModel(
            String servedName, Set<String> aliases, Bundle bundle, Tokenizer tokenizer, ChatTemplate template) {
        this.servedName = servedName;
        this.aliases = Set.copyOf(aliases);
        this.directory = bundle.directory();
        this.manifest = bundle.manifest();
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /// Opens a bundle.
    ///
    /// @param aliases other names that requests may use
    /// @throws ServingException INVALID_BUNDLE when it cannot be opened
    public static LoadedModel open(String servedName, Set<String> aliases, Path directory) {
        Bundle bundle = Bundle.open(directory);
        Tokenizer tokenizer = Tokenizer.load(bundle.tokenizer());
        try {
            ChatTemplate template = ChatTemplate.compile(
                    jinja(bundle.chatTemplate()), TemplateSettings.of(bundle.manifest(), tokenizer));
            return new LoadedModel(servedName, aliases, bundle, tokenizer, template);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /// Of the bundle.
    public Path directory() {
        return directory;
    }

    /// The model's id in requests and answers.
    public String servedName() {
        return servedName;
    }

    /// All names by which requests may ask for the model.
    public Set<String> names() {
        Set<String> names = new HashSet<>(aliases);
        names.add(servedName);
        return names;
    }

    public String bundleId() {
        return manifest.bundleId();
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

    /// The kinds of backend that its requests may need.
    public Set<BackendKind> kinds() {
        Set<BackendKind> kinds = EnumSet.of(BackendKind.DECODER);
        if (manifest.vision() != null) {
            kinds.add(BackendKind.VISION_ENCODER);
        }
        if (manifest.audio() != null) {
            kinds.add(BackendKind.AUDIO_ENCODER);
        }
        return kinds;
    }

    /// The model as clients see it, with the longest context that the model was made for.
    public ServedModel served() {
        return served(manifest.decoder().maxPositions());
    }

    /// The model as clients see it.
    ///
    /// @param maxModelLen longest prompt and completion together, in tokens
    public ServedModel served(int maxModelLen) {
        return new ServedModel(
                servedName,
                aliases,
                manifest.source(),
                "fp_" + manifest.bundleId().substring(0, FINGERPRINT_LENGTH),
                created,
                maxModelLen,
                manifest.decoder().vocabularySize(),
                tokenizer::encodeText);
    }

    boolean answersTo(String requested) {
        return requested.equals(servedName) || aliases.contains(requested);
    }

    @SuppressWarnings("unchecked") // a key's value is of its type
    <T> T derived(PerModel<T> key) {
        Object known = derived.get(key);
        if (known == null) {
            // Not within the map's own lock: what is made may need something else that is made so.
            T made = key.make(this);
            known = Objects.requireNonNullElse(derived.putIfAbsent(key, made), made);
        }
        return (T) known;
    }

    /// Keeps it open for one more user.
    ///
    /// @return false when it is closed already
    synchronized boolean use() {
        if (userCount == 0) {
            return false;
        }
        userCount++;
        return true;
    }

    /// One user less; the last one closes it.
    void release() {
        boolean last;
        synchronized (this) {
            userCount--;
            last = userCount == 0;
        }
        if (last) {
            tokenizer.close();
        }
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
