package ai.autoglm.toolkit.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/// The letters that byte-level BPE writes bytes with. Printable bytes stand for themselves; the other 68 take the
/// letters from U+0100 on, in order. Source: `bytes_to_unicode` of GPT-2.
final class ByteAlphabet {
    private static final int FIRST_SUBSTITUTE = 0x100;
    private static final int NO_BYTE = -1;
    private static final int[] BYTE_OF_LETTER = bytesOfLetters(); // [letter]

    private ByteAlphabet() {}

    /// The bytes of a token as `tokenizer.json` spells it. A token with a letter outside the alphabet is plain text.
    static byte[] decode(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); i++) {
            char letter = token.charAt(i);
            if (letter >= BYTE_OF_LETTER.length || BYTE_OF_LETTER[letter] == NO_BYTE) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes.write(BYTE_OF_LETTER[letter]);
        }
        return bytes.toByteArray();
    }

    private static int[] bytesOfLetters() {
        int substitutes = (int)
                IntStream.range(0, 256).filter(value -> !isPrintable(value)).count();
        int[] bytes = new int[FIRST_SUBSTITUTE + substitutes];
        Arrays.fill(bytes, NO_BYTE);
        int substitute = FIRST_SUBSTITUTE;
        for (int value = 0; value < 256; value++) {
            bytes[isPrintable(value) ? value : substitute++] = value;
        }
        return bytes;
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || (value >= 0xAE && value <= 0xFF);
    }
}
