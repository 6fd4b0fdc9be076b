package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `GET /v1/models`. Source: API 2.
@JsonPropertyOrder({"object", "data"})
public record ModelList(List<ModelCard> data) {
    public ModelList {
        data = List.copyOf(data);
    }

    public static ModelList of(List<ServedModel> models) {
        return new ModelList(models.stream().map(ModelCard::of).toList());
    }

    @JsonProperty
    public String object() {
        return "list";
    }

    /// One model, which is also the answer of `GET /v1/models/{id}`.
    ///
    /// @param root which weights are loaded
    @JsonPropertyOrder({"id", "object", "created", "owned_by", "root", "parent", "max_model_len"})
    public record ModelCard(String id, long created, String root, int maxModelLen) {
        public static ModelCard of(ServedModel model) {
            return new ModelCard(model.name(), model.created(), model.root(), model.maxModelLength());
        }

        @JsonProperty
        public String object() {
            return "model";
        }

        @JsonProperty("owned_by")
        public String ownedBy() {
            return "autoglm-serve";
        }

        /// It was made of no other model, which vLLM's clients read here.
        @JsonProperty
        public @Nullable Object parent() {
            return null;
        }
    }
}
