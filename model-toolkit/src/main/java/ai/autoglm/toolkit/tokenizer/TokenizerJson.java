package ai.autoglm.toolkit.tokenizer;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// What `tokenizer.json` of a byte-level BPE tokenizer says about its tokens.
record TokenizerJson(
        String source, List<AddedToken> addedTokens, List<VocabularyEntry> vocabulary, TextPieces textPieces) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PRIVATE_USE_START = 0xE000;
    private static final int PRIVATE_USE_COUNT = 6_400;
    private static final int NAME_LENGTH = 16;

    record AddedToken(int id, String content, boolean special) {}

    record VocabularyEntry(int id, String token) {}

    TokenizerJson {
        addedTokens = List.copyOf(addedTokens);
        vocabulary = List.copyOf(vocabulary);
    }

    static TokenizerJson read(Path file) {
        try {
            String source = Files.readString(file);
            JsonNode root = JSON.readTree(source);
            if (!root.path("model").path("vocab").isObject()
                    || !root.path("decoder").toString().contains("\"ByteLevel\"")) {
                throw new ServingException(
                        ErrorCode.INVALID_CHECKPOINT,
                        "tokenizer.json is not a byte-level BPE tokenizer, the only kind that can be served");
            }
            return new TokenizerJson(source, addedTokens(root), vocabulary(root), TextPieces.of(root));
        } catch (IOException e) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, "tokenizer.json cannot be read", e);
        }
    }

    /// The same tokenizer with each special token under a name that nobody can guess, so that no text spells one.
    /// Entries are renamed, never removed: ids of later entries would shift. A special token that stands in the
    /// vocabulary is renamed there as well, because the tokenizer looks ids up there first.
    String withUnspeakableSpecialTokens() {
        ObjectNode root = (ObjectNode) parse();
        ObjectNode vocabularyNode = (ObjectNode) root.path("model").path("vocab");
        SecureRandom random = new SecureRandom();
        for (JsonNode token : root.path("added_tokens")) {
            if (!token.path("special").asBoolean()) {
                continue;
            }
            String name = unguessableName(random);
            JsonNode id = vocabularyNode.remove(token.path("content").asText());
            if (id != null) {
                vocabularyNode.set(name, id);
            }
            ((ObjectNode) token).put("content", name);
        }
        return root.toString();
    }

    private JsonNode parse() {
        try {
            return JSON.readTree(source);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("was parsed before", e);
        }
    }

    private static String unguessableName(SecureRandom random) {
        StringBuilder name = new StringBuilder(NAME_LENGTH);
        for (int i = 0; i < NAME_LENGTH; i++) {
            name.append((char) (PRIVATE_USE_START + random.nextInt(PRIVATE_USE_COUNT)));
        }
        return name.toString();
    }

    private static List<AddedToken> addedTokens(JsonNode root) {
        return root.path("added_tokens")
                .valueStream()
                .map(token -> new AddedToken(
                        token.path("id").asInt(),
                        token.path("content").asText(),
                        token.path("special").asBoolean()))
                .toList();
    }

    private static List<VocabularyEntry> vocabulary(JsonNode root) {
        List<VocabularyEntry> entries = new ArrayList<>();
        root.path("model")
                .path("vocab")
                .properties()
                .forEach(entry ->
                        entries.add(new VocabularyEntry(entry.getValue().asInt(), entry.getKey())));
        return entries;
    }
}
