package ai.autoglm.gateway.text;

import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// The embedded model's tokenizer, as it is and with tags that are plain text.
final class TestTokenizers {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Tokenizer WITH_TAGS = Tokenizer.load(ROOT.resolve("models/autoglm-phone-mini/tokenizer.json"));
    static final Tokenizer WITHOUT_TAGS = withoutTags();
    static final Set<Integer> END_OF_SEQUENCE = Set.of(2_025, 2_032, 2_034, 2_047);

    private TestTokenizers() {}

    private static Tokenizer withoutTags() {
        try {
            ObjectMapper mapper = new ObjectMapper();
            ObjectNode json = (ObjectNode) mapper.readTree(
                    ROOT.resolve("models/autoglm-phone-mini/tokenizer.json").toFile());
            ArrayNode tokens = (ArrayNode) json.get("added_tokens");
            while (!tokens.get(tokens.size() - 1).get("special").booleanValue()) {
                tokens.remove(tokens.size() - 1);
            }
            Path file = Files.createTempFile("tokenizer", ".json");
            try {
                mapper.writeValue(file.toFile(), json);
                return Tokenizer.load(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
