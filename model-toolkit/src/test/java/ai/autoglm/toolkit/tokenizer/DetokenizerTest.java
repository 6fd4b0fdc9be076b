package ai.autoglm.toolkit.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
    private static final Tokenizer TOKENIZER =
            Tokenizer.load(Path.of(System.getProperty("autoglm.root"), "models/autoglm-phone-mini/tokenizer.json"));
    private static final int USER = TOKENIZER.idOf("<|user|>").orElseThrow();

    private final Detokenizer detokenizer = new Detokenizer(TOKENIZER);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void streamsWholeCodePointsOnly() {
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            String text = RandomText.next(random);
            StringBuilder streamed = new StringBuilder();
            for (int id : TOKENIZER.encodeText(text).toArray()) {
                String chunk = detokenizer.append(id);
                assertThat(chunk).doesNotContain("\uFFFD");
                assertThat(chunk.codePoints()).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
                streamed.append(chunk);
            }
            assertThat(streamed.append(detokenizer.finish())).hasToString(text);
        }
    }

    /// Whatever bytes a model generates: the pieces together are what Java makes of all bytes at once.
    @Test
    void replacesBytesThatCanNeverBecomeACodePoint() {
        Random random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            StringBuilder streamed = new StringBuilder();
            for (int n = random.nextInt(8); n >= 0; n--) {
                int id = random.nextInt(2025);
                bytes.writeBytes(TOKENIZER.bytes(id));
                streamed.append(detokenizer.append(id));
            }
            streamed.append(detokenizer.finish());
            assertThat(streamed).hasToString(bytes.toString(StandardCharsets.UTF_8));
        }
    }

    @Test
    void holdsBackAnIncompleteEmojiAndFlushesIt() {
        int[] ids = TOKENIZER.encodeText("😀").toArray();
        assertThat(ids).hasSize(4);
        assertThat(detokenizer.append(ids[0])).isEmpty();
        assertThat(detokenizer.append(USER)).isEmpty();
        assertThat(detokenizer.append(ids[1])).isEmpty();
        assertThat(detokenizer.append(ids[2])).isEmpty();
        assertThat(detokenizer.append(ids[3])).isEqualTo("😀");
        assertThat(detokenizer.append(ids[0])).isEmpty();
        assertThat(detokenizer.finish()).isEqualTo("\uFFFD");
        assertThat(detokenizer.finish()).isEmpty();
    }

    @Test
    void hidesControlTokensAndShowsTags() {
        assertThat(detokenizer.append(USER)).isEmpty();
        assertThat(detokenizer.append(TOKENIZER.idOf("<think>").orElseThrow())).isEqualTo("<think>");
    }
}
