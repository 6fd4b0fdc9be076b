package ai.autoglm.toolkit.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
    private static final Path MINI =
            Path.of(System.getProperty("autoglm.root"), "models/autoglm-phone-mini/tokenizer.json");
    private static final Tokenizer TOKENIZER = Tokenizer.load(MINI);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void givesEveryAddedTokenTheIdOfTheFile() throws IOException {
        JsonNode added = new ObjectMapper().readTree(MINI.toFile()).path("added_tokens");
        assertThat(added).hasSize(23);
        for (JsonNode token : added) {
            int id = token.path("id").asInt();
            String content = token.path("content").asText();
            boolean special = token.path("special").asBoolean();
            assertThat(TOKENIZER.encodeTemplate(content)).isEqualTo(TokenIds.of(id));
            assertThat(TOKENIZER.idOf(content)).hasValue(id);
            assertThat(TOKENIZER.isSpecial(id)).isEqualTo(special);
            assertThat(TOKENIZER.text(id)).isEqualTo(content);
            if (special) {
                assertThat(TOKENIZER.encodeText(content).stream()).noneMatch(TOKENIZER::isSpecial);
                assertThat(decoded(TOKENIZER.encodeText(content))).isEqualTo(content);
            } else {
                assertThat(TOKENIZER.encodeText(content)).isEqualTo(TokenIds.of(id));
            }
        }
        assertThat(TOKENIZER.vocabularySize()).isEqualTo(2048);
        assertThat(TOKENIZER.idOf("<|no such token|>")).isEmpty();
    }

    @Test
    void encodesLongTextWithoutCuttingIt() {
        String text = "a".repeat(9_000);
        assertThat(TOKENIZER.encodeText(text).size()).isEqualTo(9_000);
        assertThat(TOKENIZER.encodeTemplate(text).size()).isEqualTo(9_000);
        String large = "点击<|user|>播放按钮 and 1 + 1 = 2?\n\n".repeat(2_500);
        assertThat(decoded(TOKENIZER.encodeText(large))).isEqualTo(large);
    }

    @Test
    void bothEncodersAgreeOnTextWithoutControlTokens() {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            String text = RandomText.next(random);
            assertThat(TOKENIZER.encodeText(text)).isEqualTo(TOKENIZER.encodeTemplate(text));
            assertThat(decoded(TOKENIZER.encodeText(text))).isEqualTo(text);
        }
    }

    @Test
    void tokensBecomeTheTextThatTheyWereMadeOf() {
        assertThat(TOKENIZER.text(TOKENIZER.encodeTemplate("<|user|>\n你好😀"))).isEqualTo("<|user|>\n你好😀");
    }

    @Test
    void readsLoneSurrogatesAsReplacementCharacters() {
        assertThat(TOKENIZER.encodeText("a\uD83Dz\uDE00")).isEqualTo(TOKENIZER.encodeText("a\uFFFDz\uFFFD"));
        assertThat(decoded(TOKENIZER.encodeText("a\0b"))).isEqualTo("a\0b");
        assertThat(TOKENIZER.encodeText("")).isEqualTo(TokenIds.empty());
    }

    @Test
    void spansCountCodePoints() {
        SpannedTokenIds tokens = TOKENIZER.encodeTextWithSpans("你😀a<think>b", EncodingWatch.NONE);
        int last = tokens.ids().size() - 1;
        assertThat(tokens.start(0)).isZero();
        assertThat(tokens.start(last)).isEqualTo(10);
        assertThat(tokens.end(last)).isEqualTo(11);
        assertThat(IntStream.rangeClosed(1, 4))
                .allSatisfy(i -> assertThat(tokens.start(i)).isEqualTo(1));
    }

    @Test
    void aLongTextHasTheTokensOfTheWholeInPieces() {
        Random random = new Random(3);
        for (int i = 0; i < 20; i++) {
            StringBuilder text = new StringBuilder("x".repeat(i));
            while (text.length() < 3 * TextPieces.LENGTH) {
                text.append(RandomText.next(random))
                        .append(i % 2 == 0 ? "word 12\n\n it's" : "点击，<think>按钮 </think>b64A9+/x=");
            }
            RecordedPieces pieces = new RecordedPieces();

            TokenIds ids = TOKENIZER.encodeText(text.toString(), pieces);

            // The tokenizer of templates cuts nothing, and knows no other tokens in text without control tokens.
            assertThat(ids).isEqualTo(TOKENIZER.encodeTemplate(text.toString()));
            assertThat(pieces.lengths).hasSizeBetween(3, 4).allMatch(length -> length < 2 * TextPieces.LENGTH);
            assertThat(pieces.tokenCount).isEqualTo(ids.size());
            SpannedTokenIds spanned = TOKENIZER.encodeTextWithSpans(text.toString(), EncodingWatch.NONE);
            assertThat(spanned.ids()).isEqualTo(ids);
            assertThat(spanned.end(ids.size() - 1)).isEqualTo(text.codePointCount(0, text.length()));
            assertThat(IntStream.range(1, ids.size()))
                    .allMatch(token -> spanned.start(token) >= spanned.start(token - 1));
        }
    }

    @Test
    void whatAWatchThrowsEndsTheEncoding() {
        RecordedPieces pieces = new RecordedPieces() {
            @Override
            public void end(int charCount, int tokenCount) {
                super.end(charCount, tokenCount);
                throw new IllegalStateException("enough");
            }
        };

        assertThatThrownBy(() -> TOKENIZER.encodeText("some words ".repeat(10_000), pieces))
                .hasMessage("enough");
        assertThat(pieces.lengths).hasSize(1);
    }

    /// Nothing is known of words where the file splits in another way.
    @Test
    void textIsNotCutWhereTheWordsOfTheTokenizerAreNotKnown(@TempDir Path directory) throws IOException {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(MINI.toFile());
        ((ObjectNode) root.path("pre_tokenizer").path("pretokenizers").get(0).path("pattern")).put("Regex", "[^ ]+ ");
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, root.toString());
        try (Tokenizer tokenizer = Tokenizer.load(file)) {
            RecordedPieces pieces = new RecordedPieces();

            tokenizer.encodeText("some words ".repeat(10_000), pieces);

            assertThat(pieces.lengths).containsExactly(110_000);
        }
    }

    @Test
    void knowsItsLongestToken() {
        assertThat(TOKENIZER.longestTokenBytes())
                .isEqualTo(IntStream.range(0, TOKENIZER.vocabularySize())
                        .map(id -> TOKENIZER.bytes(id).length)
                        .max()
                        .orElseThrow());
    }

    @Test
    void encodesForManyCallersAtOnce() throws Exception {
        Random random = new Random(2);
        List<String> texts = new ArrayList<>();
        List<TokenIds> alone = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            texts.add(RandomText.next(random).repeat(20));
            alone.add(TOKENIZER.encodeText(texts.getLast()));
        }
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<List<TokenIds>>> results = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                results.add(callers.submit(
                        () -> texts.stream().map(TOKENIZER::encodeText).toList()));
            }
            for (Future<List<TokenIds>> result : results) {
                assertThat(result.get()).isEqualTo(alone);
            }
        }
    }

    /// SmolLM2's tokenizer lists its control tokens in the vocabulary as well.
    @Test
    void keepsIdsWhenControlTokensStandInTheVocabulary(@TempDir Path directory) throws IOException {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(MINI.toFile());
        ObjectNode vocabulary = (ObjectNode) root.path("model").path("vocab");
        for (JsonNode token : root.path("added_tokens")) {
            vocabulary.put(token.path("content").asText(), token.path("id").asInt());
        }
        ((ObjectNode) root.path("model")).put("ignore_merges", true);
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, root.toString());
        try (Tokenizer tokenizer = Tokenizer.load(file)) {
            for (String text : List.of("<|user|>", "[gMASK]", "<think>x</think>", "你好 hello")) {
                assertThat(tokenizer.encodeText(text)).isEqualTo(TOKENIZER.encodeText(text));
                assertThat(tokenizer.encodeTemplate(text)).isEqualTo(TOKENIZER.encodeTemplate(text));
            }
        }
    }

    @Test
    void refusesOtherKindsOfTokenizers(@TempDir Path directory) throws IOException {
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(MINI.toFile());
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, root.deepCopy().put("decoder", "none").toString());
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                .hasMessageContaining("not a byte-level BPE tokenizer");

        ObjectNode gap = root.deepCopy();
        ((ObjectNode) gap.path("added_tokens").get(22)).put("id", 2100);
        Files.writeString(file, gap.toString());
        assertThatThrownBy(() -> Tokenizer.load(file))
                .hasMessage("tokenizer.json says that </answer> has id 2100, but it encodes as [2047]");

        ((ArrayNode) root.path("model").path("merges")).add("only-one-half");
        Files.writeString(file, root.toString());
        assertThatThrownBy(() -> Tokenizer.load(file)).hasMessageContaining("tokenizer.json is not accepted");
        assertThatThrownBy(() -> Tokenizer.load(directory.resolve("absent.json")))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void tokensStandForAllBytes() {
        IntStream.range(0, 256).forEach(value -> {
            String letter = new String(new byte[] {(byte) value}, StandardCharsets.ISO_8859_1);
            byte[] bytes = bytesOf(TOKENIZER.encodeText(letter));
            assertThat(bytes).isEqualTo(letter.getBytes(StandardCharsets.UTF_8));
        });
        assertThat(TOKENIZER.bytes(TOKENIZER.vocabularySize())).isEmpty();
    }

    private static class RecordedPieces implements EncodingWatch {
        final List<Integer> lengths = new ArrayList<>();
        int tokenCount;

        @Override
        public void begin(int charCount) {
            lengths.add(charCount);
        }

        @Override
        public void end(int charCount, int tokens) {
            tokenCount += tokens;
        }
    }

    private static String decoded(TokenIds ids) {
        return new String(bytesOf(ids), StandardCharsets.UTF_8);
    }

    private static byte[] bytesOf(TokenIds ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ids.stream().forEach(id -> bytes.writeBytes(TOKENIZER.bytes(id)));
        return bytes.toByteArray();
    }
}
