package ai.autoglm.toolkit.grammar;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

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

    /// Every byte, and tokens that a tokenizer trained on anything might have.
    static Vocabulary awkward() {
        SplittableRandom random = new SplittableRandom(5);
        String[] parts = {
            "a", "b", "q", "\"", "\\", "\n", "{", "]", ",", ":", " ", "é", "中", "😀", "\u007f", "\u0001", "0"
        };
        List<byte[]> tokens = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
        }
        for (int index = 0; index < 1_200; index++) {
            StringBuilder text = new StringBuilder();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                text.append(parts[random.nextInt(random.nextInt(3) == 0 ? parts.length : 3)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            int from = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : 0;
            int to = random.nextInt(4) == 0 ? from + 1 + random.nextInt(bytes.length - from) : bytes.length;
            tokens.add(Arrays.copyOfRange(bytes, from, to));
        }
        for (int length : new int[] {30, 63, 64, 65, 126, 127, 128, 129, 200}) {
            tokens.add(" ".repeat(length).getBytes(StandardCharsets.UTF_8));
            tokens.add(("中".repeat(length / 3) + "\"").getBytes(StandardCharsets.UTF_8));
        }
        return new Vocabulary(tokens, tokens.size());
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
