package ai.autoglm.gateway.model;

import ai.autoglm.gateway.auth.ApiKeys;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.auth.KeySettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Function;

/// Which callers may use which models.
@Singleton
public final class ModelAccess {
    private final Function<Caller, KeySettings> settings;

    @Inject
    ModelAccess(ApiKeys keys) {
        this(keys::settings);
    }

    /// @param settings of each caller
    public ModelAccess(Function<Caller, KeySettings> settings) {
        this.settings = settings;
    }

    boolean permits(Caller caller, LoadedModel model) {
        return settings.apply(caller).permits(model.names());
    }
}
