package ai.autoglm.gateway.openai;

import static ai.autoglm.gateway.openai.ChatRequests.assertNoJson;
import static ai.autoglm.gateway.openai.ChatRequests.assertRefused;
import static ai.autoglm.gateway.openai.ChatRequests.parse;
import static ai.autoglm.gateway.openai.ChatRequests.refusal;
import static ai.autoglm.gateway.openai.ChatRequests.utf8;
import static ai.autoglm.gateway.openai.ChatRequests.withFields;
import static ai.autoglm.gateway.openai.ChatRequests.withMessages;
import static ai.autoglm.gateway.openai.ChatRequests.withUserParts;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each row of the table of what Jackson would let pass (API 1.1).
class JsonBodyTest {
    @Test
    void refusesANumberThatOverflows() {
        assertRefused(withFields("\"temperature\":1e999"), ErrorCode.DECIMAL_ABOVE_MAX_VALUE, "temperature");
        assertRefused(withFields("\"temperature\":-1e999"), ErrorCode.DECIMAL_BELOW_MIN_VALUE, "temperature");
        assertRefused(withFields("\"max_tokens\":1e999"), ErrorCode.INVALID_TYPE, "max_tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"NaN\"", "\"Infinity\"", "\"0.5\"", "true", "[]", "{}"})
    void refusesATemperatureThatIsNoNumber(String value) {
        assertRefused(withFields("\"temperature\":" + value), ErrorCode.INVALID_TYPE, "temperature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "+1", "01", ".5", "0x1", "1_000", "'a'"})
    void refusesNumbersThatJsonDoesNotHave(String value) {
        assertNoJson(utf8(withFields("\"temperature\":" + value)));
    }

    @Test
    void refusesAChoiceCountInQuotes() {
        assertRefused(withFields("\"n\":\"2\""), ErrorCode.INVALID_TYPE, "n");
    }

    @Test
    void refusesAFractionWhereAWholeNumberBelongs() {
        assertRefused(withFields("\"n\":1.9"), ErrorCode.INVALID_TYPE, "n");
    }

    @Test
    void readsAWholeNumberInAnySpelling() {
        assertThat(parse(withFields("\"max_tokens\":2.0")).generation().maxTokens())
                .isEqualTo(2);
        assertThat(parse(withFields("\"max_tokens\":3e3")).generation().maxTokens())
                .isEqualTo(3_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"true\"", "1", "0", "[]"})
    void refusesAStreamSwitchThatIsNoBoolean(String value) {
        assertRefused(withFields("\"stream\":" + value), ErrorCode.INVALID_TYPE, "stream");
    }

    @Test
    void refusesAModelNameThatIsANumber() {
        assertRefused(withFields("\"model\":5"), ErrorCode.INVALID_TYPE, "model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "{}", "]", "}", ",", "\0"})
    void refusesBytesAfterTheObject(String rest) {
        assertNoJson(utf8(withFields("") + rest));
    }

    @Test
    void allowsWhitespaceAroundTheObject() {
        assertThat(parse("\r\n\t " + withFields("") + " \n").messages()).hasSize(1);
    }

    @Test
    void refusesAKeyThatComesTwice() {
        assertNoJson(utf8(withFields("\"temperature\":0,\"temperature\":1")));
        assertNoJson(utf8(withMessages("{\"role\":\"user\",\"content\":\"a\",\"content\":\"b\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "[{}]", "\"text\"", "1", "true", "{", "{\"messages\":"})
    void refusesABodyThatIsNoObject(String body) {
        assertNoJson(utf8(body));
    }

    @Test
    void readsALoneSurrogateAsTheReplacementCharacter() {
        ChatMessage message = parse(withUserParts("{\"type\":\"text\",\"text\":\"a\\ud800b\\udc00\"}"))
                .messages()
                .getFirst();
        assertThat(message.content()).containsExactly(new ContentPart.Text("a\uFFFDb\uFFFD"));
    }

    @Test
    void keepsSurrogatePairs() {
        ChatMessage message = parse(withUserParts("{\"type\":\"text\",\"text\":\"\\ud83d\\ude00😀\"}"))
                .messages()
                .getFirst();
        assertThat(message.content()).containsExactly(new ContentPart.Text("😀😀"));
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] overlongSlash = {(byte) 0xC0, (byte) 0xAF};
        byte[] encodedSurrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
        byte[] cutShort = {(byte) 0xE4, (byte) 0xBD};
        byte[] beyondUnicode = {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80};
        for (byte[] bytes : new byte[][] {overlongSlash, encodedSurrogate, cutShort, beyondUnicode, {(byte) 0xFF}}) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertNoJson(withUserParts("{\"type\":\"text\",\"text\":\"" + text + "\"}")
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void refusesOtherEncodings() {
        assertNoJson(withFields("").getBytes(StandardCharsets.UTF_16LE));
        assertNoJson(withFields("").getBytes(StandardCharsets.UTF_16));
    }

    @Test
    void refusesNestingBeyondItsLimit() {
        int levels = JsonBody.MAX_DEPTH;
        assertNoJson(utf8(withFields("\"x\":" + "[".repeat(levels) + "]".repeat(levels))));
        assertThat(parse(withFields("\"x\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1)))
                        .messages())
                .hasSize(1);
    }

    @Test
    void refusesMoreValuesThanItsLimit() {
        assertNoJson(utf8(withFields("\"x\":[" + "{},".repeat(JsonBody.MAX_TOKEN_COUNT / 2) + "{}]")));
    }

    @Test
    void refusesANumberOfThousandsOfDigits() {
        assertNoJson(utf8(withFields("\"seed\":" + "9".repeat(5_000))));
    }

    @Test
    void readsAStringOfManyMegabytes() {
        String base64 = "A".repeat(24_000_000);
        ChatMessage message = parse(withUserParts(
                        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + base64 + "\"}}"))
                .messages()
                .getFirst();
        assertThat(message.content())
                .singleElement()
                .isInstanceOfSatisfying(
                        ContentPart.Image.class,
                        image -> assertThat(image.url()).hasSize(22 + base64.length()));
    }

    @Test
    void tellsNothingOfItsInsides() {
        for (String body : new String[] {"{", "{}{}", "[".repeat(100), "nul", "{\"a\":1,\"a\":2}"}) {
            assertThat(refusal(utf8(body)).message()).doesNotContain("Jackson", "Feature", "Constraints", "0x", "java");
        }
    }
}
