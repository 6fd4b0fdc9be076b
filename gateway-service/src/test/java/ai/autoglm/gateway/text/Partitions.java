package ai.autoglm.gateway.text;

import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;

/// Different ways to cut the same text into tokens.
final class Partitions {
    private Partitions() {}

    /// One token for each byte, which a byte-level vocabulary always has.
    static int[] byteTokens(Tokenizer tokenizer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            ids[i] = byteToken(tokenizer, bytes[i]);
        }
        return ids;
    }

    /// @param pieces tags, which are one token where the tokenizer has them, and texts, which are cut at random
    static int[] random(Tokenizer tokenizer, List<String> pieces, Random random) {
        List<Integer> ids = new ArrayList<>();
        for (String piece : pieces) {
            OptionalInt tag = tokenizer.idOf(piece);
            if (tag.isPresent()) {
                ids.add(tag.getAsInt());
            } else {
                cut(tokenizer, piece, random).forEach(ids::add);
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static List<Integer> cut(Tokenizer tokenizer, String text, Random random) {
        List<Integer> ids = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int left = text.codePointCount(start, text.length());
            int end = text.offsetByCodePoints(start, 1 + random.nextInt(Math.min(left, 6)));
            String part = text.substring(start, end);
            int[] tokens = random.nextInt(3) == 0
                    ? byteTokens(tokenizer, part)
                    : tokenizer.encodeText(part).toArray();
            Arrays.stream(tokens).forEach(ids::add);
            start = end;
        }
        return ids;
    }

    private static int byteToken(Tokenizer tokenizer, byte value) {
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            byte[] bytes = tokenizer.bytes(id);
            if (bytes.length == 1 && bytes[0] == value) {
                return id;
            }
        }
        throw new IllegalStateException("no token for byte " + value);
    }
}
