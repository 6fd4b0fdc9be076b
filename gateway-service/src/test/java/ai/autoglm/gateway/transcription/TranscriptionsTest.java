package ai.autoglm.gateway.transcription;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.http.GatewayTest;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TranscriptionsTest extends GatewayTest {
    private static final String TRANSCRIPTIONS = "/v1/audio/transcriptions";
    private static final String FORM = "multipart/form-data; boundary=X-1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void answersWithTheTextAndItsCost() {
        backends.decoder().follow(FakeGeneration.says("Tap Camera"));

        HttpResponse<String> response = transcribe(form("model=autoglm-phone-9b"));

        GenerateStart start = backends.decoder().starts().getFirst();
        int prompt = start.getPromptList().stream()
                .mapToInt(segment -> segment.hasMedia()
                        ? segment.getMedia().getTokenCount()
                        : segment.getTokens().getTokenIdsCount())
                .sum();
        int completion = TestBundle.tokenizer().encodeText("Tap Camera").size();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body())
                .isEqualTo("{\"text\":\"Tap Camera\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":" + prompt
                        + ",\"input_token_details\":{\"audio_tokens\":7,\"text_tokens\":" + (prompt - 7)
                        + "},\"output_tokens\":" + completion + ",\"total_tokens\":" + (prompt + completion) + "}}");
    }

    @Test
    void asksTheModelInItsOwnWayAndSendsTheWholeFile() {
        transcribe(form());

        GenerateStart start = backends.decoder().starts().getFirst();
        String text = start.getPromptList().stream()
                .map(segment -> segment.hasMedia()
                        ? "(audio)"
                        : TestBundle.tokenizer()
                                .text(TokenIds.of(segment.getTokens().getTokenIdsList().stream()
                                        .mapToInt(Integer::intValue)
                                        .toArray())))
                .reduce("", String::concat);
        assertThat(text)
                .isEqualTo("[gMASK]<sop><|user|>\n<|begin_of_audio|>(audio)<|end_of_audio|>Transcribe the audio"
                        + "<|assistant|>\n<think></think>\n<answer>");
        assertThat(start.getSampling().getTemperature()).isZero();
        assertThat(backends.audio().received().getFirst().toByteArray()).isEqualTo(TestFiles.golden("speech1.wav"));
    }

    @Test
    void speaksTheLanguageAndTellsTheHint() {
        transcribe(form("language=zh", "prompt=微信"));
        String chinese = lastUserText();
        transcribe(form("language=en", "prompt=WeChat"));

        assertThat(chinese).endsWith("把语音转成文字\n微信");
        assertThat(lastUserText()).endsWith("Transcribe the audio\nWeChat");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text | text/plain; charset=utf-8 | Tap Camera\\n",
                "srt | text/plain; charset=utf-8 | 1\\n00:00:00,000 --> 00:00:00,560\\nTap Camera\\n\\n",
                "vtt | text/vtt; charset=utf-8 | WEBVTT\\n\\n00:00:00.000 --> 00:00:00.560\\nTap Camera\\n\\n",
                "verbose_json | application/json | {\"task\":\"transcribe\",\"language\":\"en\",\"duration\":0.56,"
                        + "\"text\":\"Tap Camera\",\"segments\":[{\"id\":0,\"start\":0.0,\"end\":0.56,"
                        + "\"text\":\"Tap Camera\"}],\"usage\":{\"type\":\"duration\",\"seconds\":1}}"
            })
    void wrapsTheTextAsAsked(String format, String contentType, String body) {
        backends.decoder().follow(FakeGeneration.says("Tap Camera"));

        HttpResponse<String> response = transcribe(form("response_format=" + format, "language=en"));

        assertThat(response.headers().firstValue("content-type")).hasValue(contentType);
        assertThat(response.body()).isEqualTo(body.replace("\\n", "\n"));
    }

    @Test
    void streamsTheText() {
        backends.decoder().follow(FakeGeneration.says("Tap", " Camera"));

        HttpResponse<String> response = transcribe(form("stream=true"));

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        assertThat(response.body())
                .startsWith("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Tap\"}\n\n")
                .containsPattern("data: \\{\"type\":\"transcript.text.done\",\"text\":\"Tap Camera\",\"usage\":\\{"
                        + "\"type\":\"tokens\",\"input_tokens\":\\d+")
                .endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "language=english | 400 | invalid_value | language",
                "response_format=xml | 400 | invalid_value | response_format",
                "temperature=2 | 400 | decimal_above_max_value | temperature",
                "temperature=-1 | 400 | decimal_below_min_value | temperature",
                "temperature=NaN | 400 | decimal_below_min_value | temperature",
                "temperature=warm | 400 | invalid_type | temperature",
                "stream=yes | 400 | invalid_value | stream",
                "stream=true&response_format=srt | 400 | invalid_value | response_format",
                "timestamp_granularities[]=segment | 400 | invalid_value | timestamp_granularities[]",
                "timestamp_granularities[]=word&response_format=verbose_json | 400 | unsupported_value"
                        + " | timestamp_granularities[]",
                "include[]=logprobs | 400 | unsupported_parameter | include[]",
                "model=whisper-1 | 404 | model_not_found | model",
                "language=en&language=zh | 400 | invalid_value | language"
            })
    void namesWhatIsWrong(String fields, int status, String code, String param) throws IOException {
        assertFailure(transcribe(form(fields.split("&", -1))), status, code, param);
    }

    @Test
    void aFileHasToBeThere() throws IOException {
        assertFailure(transcribe(fieldsOnly("model=autoglm-phone-9b")), 400, "missing_required_parameter", "file");
    }

    @Test
    void aFileHasToBeAFile() throws IOException {
        assertFailure(transcribe(fieldsOnly("file=UklGRg==")), 400, "invalid_type", "file");
    }

    @Test
    void anEmptyFileIsNoAudio() throws IOException {
        assertFailure(transcribe(form(new byte[0])), 400, "invalid_audio", "file");
    }

    @Test
    void aFileThatItsEncoderRefusesIsToBlame() throws IOException {
        backends.audio().refuse(new ServingException(ErrorCode.INVALID_AUDIO, "The audio is not WAV, MP3 or FLAC."));

        assertFailure(transcribe(form()), 400, "invalid_audio", "file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--X-1",
                "--X-1\r\n",
                "--X-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF",
                "--X-1\r\nContent-Disposition: form-data\r\n\r\nx\r\n--X-1--\r\n",
                "--X-1\r\n\r\n\r\n--X-1--\r\n",
                "{\"file\":1}",
                "--Y\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--Y--\r\n"
            })
    void aBrokenFormIsA400(String body) {
        HttpResponse<String> response = transcribe(body.getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"type\":\"invalid_request_error\"");
    }

    @Test
    void tooManyPartsAreA400() throws IOException {
        String[] fields = new String[100];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = "f" + i + "=x";
        }

        assertFailure(transcribe(form(fields)), 400, "invalid_value", "null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded", "audio/wav"})
    void anotherTypeOfBodyIsRefused(String contentType) {
        HttpResponse<String> response = send(
                request(TRANSCRIPTIONS).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(form())));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("multipart/form-data");
    }

    @Test
    void aFormWithoutABoundaryIsA400() {
        HttpResponse<String> response = send(request(TRANSCRIPTIONS)
                .header("Content-Type", "multipart/form-data")
                .POST(BodyPublishers.ofByteArray(form())));

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void aFileOverTheLimitIsRefusedWhileItIsRead() {
        try (RawConnection client = connect()) {
            client.send("POST " + TRANSCRIPTIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] mebibyte = new byte[1 << 20];
            for (int i = 0; i < 26; i++) {
                client.send("100000\r\n").send(mebibyte).send("\r\n");
            }

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 413 Request Entity Too Large\r\n");
        }
    }

    @Test
    void anAnnouncedSizeOverTheLimitIsRefusedAtOnce() {
        try (RawConnection client = connect()) {
            client.send("POST " + TRANSCRIPTIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + FORM
                    + "\r\nContent-Length: 30000000\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.readUntil("\r\n")).isEqualTo("HTTP/1.1 413 Request Entity Too Large\r\n");
        }
    }

    private HttpResponse<String> transcribe(byte[] form) {
        return send(request(TRANSCRIPTIONS).header("Content-Type", FORM).POST(BodyPublishers.ofByteArray(form)));
    }

    private String lastUserText() {
        GenerateStart start = backends.decoder().starts().getLast();
        int[] ids = start.getPrompt(2).getTokens().getTokenIdsList().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        String text = TestBundle.tokenizer().text(TokenIds.of(ids));
        return text.substring(0, text.indexOf("<|assistant|>"));
    }

    private static byte[] form(String... fields) {
        return form(TestFiles.golden("speech1.wav"), fields);
    }

    private static byte[] form(byte[] file, String... fields) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(utf8("--X-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n"));
        form.writeBytes(file);
        form.writeBytes(utf8("\r\n"));
        form.writeBytes(fieldsOnly(fields));
        return form.toByteArray();
    }

    private static byte[] fieldsOnly(String... fields) {
        StringBuilder form = new StringBuilder();
        for (String field : fields) {
            String[] parts = field.split("=", 2);
            form.append(
                    "--X-1\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(parts[0], parts[1]));
        }
        return utf8(form + "--X-1--\r\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertFailure(HttpResponse<String> response, int status, String code, String param)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("param").asText()).isEqualTo(param);
    }
}
