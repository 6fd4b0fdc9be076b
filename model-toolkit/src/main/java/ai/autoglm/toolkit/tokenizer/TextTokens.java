package ai.autoglm.toolkit.tokenizer;

import ai.autoglm.toolkit.tokenizer.TokenizerJson.AddedToken;
import ai.autoglm.toolkit.tokenizer.TokenizerJson.VocabularyEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The bytes of the tokens that are text, read from a `tokenizer.json` without the native library.
public final class TextTokens {
    private TextTokens() {}

    /// @return by id; empty for added tokens, such as control tokens and `<think>`, and where no token has the id
    /// @throws ServingException INVALID_CHECKPOINT when it is unreadable or no byte-level BPE tokenizer
    public static List<byte[]> read(Path tokenizerJson) {
        TokenizerJson json = TokenizerJson.read(tokenizerJson);
        int highest =
                json.vocabulary().stream().mapToInt(VocabularyEntry::id).max().orElse(0);
        List<byte[]> bytes = new ArrayList<>(Collections.nCopies(highest + 1, new byte[0]));
        json.vocabulary().forEach(entry -> bytes.set(entry.id(), ByteAlphabet.decode(entry.token())));
        // A vocabulary may list added tokens as well.
        json.addedTokens().stream()
                .mapToInt(AddedToken::id)
                .filter(id -> id <= highest)
                .forEach(id -> bytes.set(id, new byte[0]));
        return bytes;
    }
}
