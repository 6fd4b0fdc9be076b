package ai.autoglm.gateway.model;

import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.backend.BackendKind;
import ai.autoglm.gateway.backend.Backends;
import ai.autoglm.gateway.backend.ServedBundle;
import ai.autoglm.gateway.openai.ConversationKey;
import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.file.WatchedFiles;
import com.google.protobuf.ByteString;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The bundles that are served now, and which of them takes a request. Configuration names one bundle, or a file
/// that names several with their weights and may change at any time: a bundle that it adds is loaded while the
/// others serve on, and one that it takes away is closed when its last request has ended.
@Startup
@Singleton
public final class Models {
    private static final Logger LOG = Logger.getLogger(Models.class);
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int BUNDLE_ID_LENGTH = 12;

    private final ModelConfig config;
    private final Backends backends;
    private final ModelAccess access;
    private final @Nullable WatchedFiles file;
    private final List<Consumer<LoadedModel>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<WeightedBundle> bundles = List.of();

    /// @throws ConfigurationException with one sentence, which is all that a failed start-up prints
    @Inject
    public Models(ModelConfig config, Backends backends, ModelAccess access) {
        this(config, backends, access, LOOK_INTERVAL);
    }

    Models(ModelConfig config, Backends backends, ModelAccess access, Duration lookInterval) {
        this.config = config;
        this.backends = backends;
        this.access = access;
        try {
            Path list = config.file().orElse(null);
            if (list == null) {
                serve(List.of(new ModelEntry(
                        config.servedName(),
                        ModelEntry.MAX_WEIGHT,
                        config.bundle().orElseThrow(Models::noBundle))));
                file = null;
            } else {
                file = WatchedFiles.open(List.of(list), lookInterval, this::read);
            }
        } catch (ServingException e) {
            throw new ConfigurationException(e.message());
        }
    }

    /// Assigns a request to a bundle, by its key: all requests of a conversation find the same one while weights
    /// stay. Bundles that miss backends get none while another one of the name has all it needs.
    ///
    /// @param caller who may use all models or some
    /// @param name that the request asks for; empty: the name that is served first
    /// @param key of the conversation; asked for only where there is a choice
    /// @return closed when the request has ended
    /// @throws ServingException MODEL_NOT_FOUND when nothing is served to the caller under the name,
    ///     BACKEND_UNAVAILABLE when all bundles of the name have a weight of 0
    public ModelLease assign(Caller caller, String name, Supplier<ByteString> key) {
        while (true) {
            LoadedModel model = choose(named(caller, name), key);
            if (model.use()) {
                return new ModelLease(model);
            }
        }
    }

    /// [#assign(Caller, String, Supplier)] for a request whose body is one JSON object.
    public ModelLease assign(Caller caller, JsonFields body) {
        return assign(caller, ConversationKey.modelName(body), () -> ConversationKey.of(body));
    }

    /// The name that is served first.
    public String firstName() {
        return bundles.getFirst().model().servedName();
    }

    /// The models as a caller sees them, one for each name. While no decoder of a bundle is ready, the bundle's own
    /// context length is the best that is known.
    public List<ServedModel> served(Caller caller) {
        List<WeightedBundle> permitted = permitted(caller);
        return names(permitted).stream()
                .map(name -> served(heaviest(answering(permitted, name))))
                .toList();
    }

    /// A bundle as clients see it.
    public ServedModel served(LoadedModel model) {
        return model.served(backends.pool(BackendKind.DECODER)
                .maxModelLen(model.bundleId())
                .orElse(model.manifest().decoder().maxPositions()));
    }

    /// That of a name, or of one of its aliases.
    ///
    /// @throws ServingException MODEL_NOT_FOUND
    public ServedModel served(Caller caller, String name) {
        return served(heaviest(named(caller, name)));
    }

    /// @throws ServingException MODEL_NOT_FOUND when the caller may use none of the models
    public void requireAny(Caller caller) {
        if (permitted(caller).isEmpty()) {
            throw notForCaller(firstName());
        }
    }

    /// Has a listener called with each bundle that is served now, and with those that will be.
    public synchronized void onServe(Consumer<LoadedModel> listener) {
        loaded().forEach(listener);
        listeners.add(listener);
    }

    /// The kinds of which a bundle that takes new requests has no backend that is ready.
    public Set<BackendKind> missing() {
        Set<BackendKind> missing = EnumSet.noneOf(BackendKind.class);
        bundles.stream()
                .filter(bundle -> bundle.weight() > 0)
                .forEach(bundle -> missing.addAll(missing(bundle.model())));
        return missing;
    }

    /// Waits until no kind is [#missing], but not longer than this.
    public void awaitBackends(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!missing().isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(POLL_INTERVAL);
        }
    }

    /// Every loaded bundle.
    public List<LoadedModel> loaded() {
        return bundles.stream().map(WeightedBundle::model).toList();
    }

    @PreDestroy
    void close() {
        if (file != null) {
            file.close();
        }
        bundles.forEach(bundle -> bundle.model().release());
    }

    private List<WeightedBundle> permitted(Caller caller) {
        return bundles.stream()
                .filter(bundle -> access.permits(caller, bundle.model()))
                .toList();
    }

    private List<WeightedBundle> named(Caller caller, String name) {
        List<WeightedBundle> permitted = permitted(caller);
        if (permitted.isEmpty()) {
            throw notForCaller(name.isEmpty() ? firstName() : name);
        }
        String wanted = name.isEmpty() ? permitted.getFirst().model().servedName() : name;
        List<WeightedBundle> found = answering(permitted, wanted);
        if (found.isEmpty()) {
            throw answering(bundles, wanted).isEmpty()
                    ? ServedModel.notFound(name, names(permitted))
                    : notForCaller(name);
        }
        return found;
    }

    private static List<WeightedBundle> answering(List<WeightedBundle> bundles, String name) {
        return bundles.stream().filter(bundle -> bundle.model().answersTo(name)).toList();
    }

    private static Set<String> names(List<WeightedBundle> bundles) {
        return bundles.stream()
                .map(bundle -> bundle.model().servedName())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static ServingException notForCaller(String name) {
        return new ServingException(ErrorCode.MODEL_NOT_FOUND, "The model '" + name + "' does not exist for this key.")
                .withParam("model");
    }

    private static LoadedModel heaviest(List<WeightedBundle> named) {
        WeightedBundle heaviest = named.getFirst();
        for (WeightedBundle bundle : named) {
            heaviest = bundle.weight() > heaviest.weight() ? bundle : heaviest;
        }
        return heaviest.model();
    }

    private LoadedModel choose(List<WeightedBundle> named, Supplier<ByteString> key) {
        List<WeightedBundle> open =
                named.stream().filter(bundle -> bundle.weight() > 0).toList();
        if (open.isEmpty()) {
            throw new ServingException(
                    ErrorCode.BACKEND_UNAVAILABLE,
                    "The model '" + named.getFirst().model().servedName() + "' takes no new requests right now.");
        }
        if (open.size() == 1) {
            return open.getFirst().model();
        }
        List<WeightedBundle> whole = open.stream()
                .filter(bundle -> missing(bundle.model()).isEmpty())
                .toList();
        return WeightedBundle.choose(whole.isEmpty() ? open : whole, key.get()).model();
    }

    private List<BackendKind> missing(LoadedModel model) {
        return backends.missing(model.bundleId(), model.kinds());
    }

    private void read(List<byte[]> contents) {
        serve(ModelFile.parse(new String(contents.getFirst(), StandardCharsets.UTF_8)));
    }

    /// Loads what is new, and then takes the whole list into use at once.
    ///
    /// @throws ServingException when a bundle cannot be opened; then everything stays as it was
    private synchronized void serve(List<ModelEntry> entries) {
        List<WeightedBundle> before = bundles;
        List<WeightedBundle> next = new ArrayList<>();
        List<LoadedModel> opened = new ArrayList<>();
        try {
            for (ModelEntry entry : entries) {
                LoadedModel model = find(before, entry).orElseGet(() -> {
                    LoadedModel fresh = open(entry);
                    opened.add(fresh);
                    return fresh;
                });
                next.add(new WeightedBundle(model, entry.weight()));
            }
        } catch (RuntimeException e) {
            opened.forEach(LoadedModel::release);
            throw e;
        }
        next.forEach(bundle -> backends.need(bundle.model().kinds()));
        bundles = List.copyOf(next);
        backends.serve(next.stream()
                .map(WeightedBundle::model)
                .map(model -> new ServedBundle(model.bundleId(), model.servedName(), model.kinds()))
                .toList());
        next.forEach(Models::log);
        opened.forEach(model -> listeners.forEach(listener -> listener.accept(model)));
        before.stream()
                .map(WeightedBundle::model)
                .filter(model -> next.stream().noneMatch(bundle -> bundle.model() == model))
                .forEach(LoadedModel::release);
    }

    private static Optional<LoadedModel> find(List<WeightedBundle> loaded, ModelEntry entry) {
        return loaded.stream()
                .map(WeightedBundle::model)
                .filter(model -> model.servedName().equals(entry.servedName())
                        && model.directory().equals(entry.directory()))
                .findFirst();
    }

    private LoadedModel open(ModelEntry entry) {
        Set<String> aliases = entry.servedName().equals(config.servedName())
                ? config.aliases().orElse(Set.of())
                : Set.of();
        try {
            return LoadedModel.open(entry.servedName(), aliases, entry.directory());
        } catch (UncheckedIOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, entry.directory() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void log(WeightedBundle bundle) {
        LOG.infof(
                "Serving %s (%s) as %s, weight %d",
                bundle.model().directory().getFileName(),
                bundle.model().bundleId().substring(0, BUNDLE_ID_LENGTH),
                bundle.model().servedName(),
                bundle.weight());
    }

    private static ServingException noBundle() {
        return new ServingException(
                ErrorCode.INVALID_CONFIGURATION,
                "No model bundle is given: set autoglm.bundle to the directory of a compiled one.");
    }
}
