package ai.autoglm.toolkit.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// A model that knows nothing: it draws among the tokens that a language allows, and ends when it may and likes to.
final class RandomWriter {
    private final Language language;
    private final SplittableRandom random;

    RandomWriter(Language language, long seed) {
        this.language = language;
        random = new SplittableRandom(seed);
    }

    /// A text of at most so many tokens.
    String write(int maxTokens) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Position position = language.start();
        for (int remaining = maxTokens; remaining > 0; remaining--) {
            TokenMask allowed = language.tokensWithin(position, remaining - 1);
            if (position.isMember() && (allowed.isEmpty() || random.nextInt(4) == 0)) {
                break;
            }
            int token = draw(allowed);
            text.writeBytes(language.vocabulary().bytesOf(token));
            position = language.advance(position, token);
        }
        if (!position.isMember()) {
            throw new AssertionError("No member: " + text.toString(StandardCharsets.UTF_8));
        }
        return decode(text.toByteArray());
    }

    private int draw(TokenMask allowed) {
        int size = language.vocabulary().size();
        int start = random.nextInt(size);
        for (int offset = 0; offset < size; offset++) {
            int token = (start + offset) % size;
            if (allowed.allows(token)) {
                return token;
            }
        }
        throw new AssertionError("No token is allowed");
    }

    private static String decode(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AssertionError("No UTF-8", e);
        }
    }
}
