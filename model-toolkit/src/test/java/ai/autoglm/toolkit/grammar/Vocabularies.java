package ai.autoglm.toolkit.grammar;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Vocabularies to test with.
final class Vocabularies {
    private Vocabularies() {}

    /// Every byte and nothing else: token ids are bytes.
    static Vocabulary bytes() {
        List<byte[]> tokens = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
        }
        return new Vocabulary(tokens, tokens.size());
    }

    /// That of the embedded model.
    static Vocabulary mini() {
        Path root = Path.of(System.getProperty("autoglm.root"));
        return Vocabulary.read(root.resolve("models/autoglm-phone-mini/tokenizer.json"), 2048);
    }

    /// Whether a language over [#bytes] holds a text.
    static boolean accepts(Language language, String text) {
        Position position = language.start();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            int token = Byte.toUnsignedInt(value);
            if (!language.tokens(position).allows(token)) {
                return false;
            }
            position = language.advance(position, token);
        }
        return position.isMember();
    }

    static Language compile(GrammarSource source) {
        return GrammarCompiler.compile(source, bytes());
    }

    static Language schema(String text) {
        return compile(new GrammarSource.JsonSchema(text));
    }
}
