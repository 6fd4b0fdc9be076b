package ai.autoglm.toolkit.bundle;

import ai.autoglm.toolkit.engine.ElementType;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// Element types of a bundle's weights and activations.
public enum Precision {
    @JsonProperty("fp32")
    FP32(ElementType.FLOAT32);

    private final ElementType rowType;

    Precision(ElementType rowType) {
        this.rowType = rowType;
    }

    /// Element type of embedding rows between processes.
    public ElementType rowType() {
        return rowType;
    }

    /// As in options and manifests.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
