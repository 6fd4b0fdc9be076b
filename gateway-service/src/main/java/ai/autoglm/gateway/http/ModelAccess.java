package ai.autoglm.gateway.http;

import ai.autoglm.gateway.auth.ApiKeys;
import ai.autoglm.gateway.auth.Caller;
import ai.autoglm.gateway.model.LoadedModel;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import jakarta.inject.Singleton;

/// Which keys may use the model that is served. Its aliases are names of the same model: a key that may use one of
/// them may use it.
@Singleton
final class ModelAccess {
    private final ApiKeys keys;
    private final LoadedModel model;

    ModelAccess(ApiKeys keys, LoadedModel model) {
        this.keys = keys;
        this.model = model;
    }

    boolean permits(Caller caller) {
        return keys.settings(caller).permits(model.names());
    }

    /// @throws ServingException MODEL_NOT_FOUND when the caller may use other models only
    void require(Caller caller) {
        if (!permits(caller)) {
            throw new ServingException(
                            ErrorCode.MODEL_NOT_FOUND,
                            "The model '" + model.servedName() + "' does not exist for this key.")
                    .withParam("model");
        }
    }
}
