package ai.autoglm.toolkit.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.lucene.util.IntsRef;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.junit.jupiter.api.Test;

class Utf8EncoderTest {
    @Test
    void acceptsTheBytesOfEachCodePointOfARangeAndOfNoOther() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            int min = random.nextInt(Character.MAX_CODE_POINT >> random.nextInt(20));
            int max = min + random.nextInt(1 + ((Character.MAX_CODE_POINT - min) >> random.nextInt(20)));
            Automaton bytes = deterministic(Texts.codePoints(min, max));
            for (int sample = 0; sample < 200; sample++) {
                int codePoint = Math.clamp(min - 40L + random.nextInt(max - min + 80), 0, Character.MAX_CODE_POINT);
                boolean inRange =
                        codePoint >= min && codePoint <= max && Character.getType(codePoint) != Character.SURROGATE;
                if (Character.getType(codePoint) != Character.SURROGATE) {
                    assertThat(accepts(bytes, Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)))
                            .as("U+%X in U+%X to U+%X", codePoint, min, max)
                            .isEqualTo(inRange);
                }
            }
        }
    }

    @Test
    void acceptsNoBytesThatAreNoText() {
        Automaton bytes = deterministic(Texts.anyCodePoint());
        SplittableRandom random = new SplittableRandom(2);
        int[] starts = {0xE0, 0xED, 0xF0, 0xF4, 0xC0, 0xC1, 0xF5, 0x80, 0xC2, 0xE1, 0xF1};
        for (int sample = 0; sample < 100_000; sample++) {
            byte[] text = new byte[1 + random.nextInt(4)];
            random.nextBytes(text);
            text[0] = (byte) starts[random.nextInt(starts.length)];
            String decoded = new String(text, StandardCharsets.UTF_8);
            boolean isText = decoded.codePointCount(0, decoded.length()) == 1 && !decoded.equals("\uFFFD");
            assertThat(accepts(bytes, text)).isEqualTo(isText);
        }
    }

    private static Automaton deterministic(Automaton codePoints) {
        return Operations.determinize(Texts.utf8(codePoints), 100_000);
    }

    private static boolean accepts(Automaton automaton, byte[] text) {
        int[] labels = new int[text.length];
        for (int index = 0; index < text.length; index++) {
            labels[index] = Byte.toUnsignedInt(text[index]);
        }
        return Operations.run(automaton, new IntsRef(labels, 0, labels.length));
    }
}
