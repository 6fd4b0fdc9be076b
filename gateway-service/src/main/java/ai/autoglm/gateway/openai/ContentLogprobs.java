package ai.autoglm.gateway.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `logprobs` of a choice. Source: API 1.4.
@JsonPropertyOrder({"content", "refusal"})
public record ContentLogprobs(List<TokenLogprob> content) {
    /// @param form how tokens are named
    public static ContentLogprobs of(List<TokenLogprob> content, TokenForm form) {
        return new ContentLogprobs(
                form.namedById()
                        ? content.stream().map(token -> token.named(form)).toList()
                        : content);
    }

    public ContentLogprobs {
        content = List.copyOf(content);
    }

    /// The model never refuses in a field of its own, but clients require the key.
    @JsonProperty
    public @Nullable Object refusal() {
        return null;
    }
}
