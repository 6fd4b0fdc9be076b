package ai.autoglm.gateway.model;

import java.util.function.Function;

/// Something that is made once for each loaded model and goes with it.
///
/// @param <T> type of it
public final class PerModel<T> {
    private final Function<LoadedModel, T> factory;

    public PerModel(Function<LoadedModel, T> factory) {
        this.factory = factory;
    }

    /// That of this model.
    public T of(LoadedModel model) {
        return model.derived(this);
    }

    T make(LoadedModel model) {
        return factory.apply(model);
    }
}
