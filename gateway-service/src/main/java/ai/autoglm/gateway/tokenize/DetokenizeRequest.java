package ai.autoglm.gateway.tokenize;

import ai.autoglm.gateway.openai.JsonFields;
import ai.autoglm.gateway.openai.ServedModel;
import ai.autoglm.toolkit.tokenizer.TokenIds;

/// The body of `POST /detokenize`. Source: API.md 2.
///
/// @param ids each below the vocabulary's size
record DetokenizeRequest(TokenIds ids) {
    /// @throws ai.autoglm.toolkit.error.ServingException of a code that is the client's to mend
    static DetokenizeRequest parse(JsonFields root, ServedModel model) {
        model.requireAskedFor(root);
        int[] ids = root.require("tokens").elements().stream()
                .mapToInt(id -> id.integer(0, model.vocabularySize() - 1))
                .toArray();
        return new DetokenizeRequest(TokenIds.of(ids));
    }
}
