package ai.autoglm.gateway.tokenize;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `POST /tokenize`.
///
/// @param maxModelLen longest prompt and completion together, in tokens
/// @param tokens ids; those of media are placeholders
/// @param tokenStrs the text of each token, where it was asked for
@JsonPropertyOrder({"count", "max_model_len", "tokens", "token_strs"})
record TokenizeResponse(
        int count,
        int maxModelLen,
        List<Integer> tokens,
        @Nullable List<String> tokenStrs) {
    TokenizeResponse {
        tokens = List.copyOf(tokens);
        tokenStrs = tokenStrs == null ? null : List.copyOf(tokenStrs);
    }
}
