package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeEncoder;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.LogLines;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.Scrape;
import ai.autoglm.gateway.testing.TestBundle;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the gateway's meters tell after requests, as a scrape shows it.
@QuarkusTest
class GatewayMetricsTest extends GatewayTest {
    private static final String MODEL = "{engine=\"0\",model_name=\"autoglm-phone-9b\"}";
    private static final String BUNDLE = "bundle=\"" + TestBundle.ID.substring(0, 12) + "\"";
    private static final int IMAGE_TOKEN_COUNT = 78;
    private static final int PATCHES_PER_TOKEN = 4;
    private static final int FRAMES_PER_AUDIO_TOKEN = 8;
    private static final int WIDE_ROW_VALUES = 100_000;

    private Scrape before = new Scrape(Map.of());

    @BeforeEach
    void scrapeBefore() {
        Await.until("nothing is under way", () -> scrape().sum("autoglm_requests_running") == 0);
        before = scrape();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vllm:time_to_first_token_seconds_count",
                "vllm:inter_token_latency_seconds_count",
                "vllm:e2e_request_latency_seconds_count",
                "vllm:prompt_tokens_total",
                "vllm:generation_tokens_total",
                "vllm:request_prompt_tokens_count",
                "vllm:request_generation_tokens_count",
                "vllm:request_max_num_generation_tokens_count"
            })
    void namesOfVllmHaveItsLabelsAndNoOthers(String name) {
        assertThat(before.series()).containsKey(name + MODEL);
    }

    @Test
    void bucketsAreThoseOfVllm() {
        assertThat(bounds("vllm:time_to_first_token_seconds"))
                .startsWith("0.001", "0.005", "0.01", "0.02", "0.04", "0.06", "0.08", "0.1", "0.25", "0.5")
                .endsWith("160.0", "640.0", "2560.0", "+Inf")
                .hasSize(23);
        assertThat(bounds("vllm:e2e_request_latency_seconds"))
                .startsWith("0.3", "0.5", "0.8", "1.0", "1.5", "2.0", "2.5", "5.0")
                .endsWith("960.0", "1920.0", "7680.0", "+Inf")
                .hasSize(22);
        assertThat(bounds("vllm:inter_token_latency_seconds"))
                .startsWith("0.01", "0.025", "0.05", "0.075", "0.1", "0.15", "0.2")
                .endsWith("20.0", "40.0", "80.0", "+Inf")
                .hasSize(20);
        assertThat(bounds("vllm:request_prompt_tokens"))
                .containsExactly(
                        "1.0", "2.0", "5.0", "10.0", "20.0", "50.0", "100.0", "200.0", "500.0", "1000.0", "2000.0",
                        "5000.0", "10000.0", "20000.0", "+Inf");
    }

    @Test
    void aTextRequestIsMeasured() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.readRows();
            for (int token = 0; token < 3; token++) {
                generation.say("a");
            }
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });

        chat(hello(""));

        awaitGrowth(1, "autoglm_requests_total", "code=\"ok\"", "fault=\"none\"");
        assertThat(grown("vllm:generation_tokens_total")).isEqualTo(3);
        assertThat(grown("vllm:inter_token_latency_seconds_count")).isEqualTo(2);
        assertThat(grown("vllm:time_to_first_token_seconds_count")).isEqualTo(1);
        assertThat(grown("vllm:e2e_request_latency_seconds_count")).isEqualTo(1);
        assertThat(grown("vllm:request_generation_tokens_sum")).isEqualTo(3);
        assertThat(grown("vllm:request_max_num_generation_tokens_sum")).isEqualTo(3);
        assertThat(grown("vllm:request_success_total", "finished_reason=\"length\""))
                .isEqualTo(1);
        assertThat(grown("vllm:request_prompt_tokens_sum")).isPositive().isEqualTo(grown("vllm:prompt_tokens_total"));
        assertThat(grown("autoglm_request_first_token_seconds_count", "kind=\"text\""))
                .isEqualTo(1);
    }

    @Test
    void eachChoiceCountsAsOneRequestOfTheEngine() {
        backends.decoder().follow(FakeGeneration.says("a"));

        chat(hello("\"n\":3"));

        awaitGrowth(1, "autoglm_requests_total", "code=\"ok\"");
        assertThat(grown("vllm:request_success_total", "finished_reason=\"stop\""))
                .isEqualTo(3);
        assertThat(grown("vllm:request_generation_tokens_count")).isEqualTo(3);
        assertThat(grown("vllm:request_max_num_generation_tokens_sum")).isEqualTo(1);
        assertThat(grown("vllm:time_to_first_token_seconds_count")).isEqualTo(1);
    }

    @Test
    void firstTokensAreTimedByWhatTheRequestIsMadeOf() {
        chat(withParts(image("screen1.png")));
        chat(withParts(audio("speech1.wav")));
        chat(withParts(audio("speech1.wav"), image("screen1.png")));

        awaitGrowth(3, "autoglm_requests_total", "code=\"ok\"");
        assertThat(grown("autoglm_request_first_token_seconds_count", "kind=\"image\""))
                .isEqualTo(2);
        assertThat(grown("autoglm_request_first_token_seconds_count", "kind=\"audio\""))
                .isEqualTo(1);
        assertThat(grown("autoglm_media_round_trip_seconds_count", "encoder=\"vision-encoder\""))
                .isEqualTo(2);
    }

    @Test
    void aChoiceWhoseClientLeavesIsAborted() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello("\"stream\":true"));
            client.readUntil("Hello");
        }

        awaitGrowth(1, "autoglm_requests_total", "code=\"client_closed_request\"", "fault=\"client\"");
        assertThat(grown("vllm:request_success_total", "finished_reason=\"abort\""))
                .isEqualTo(1);
    }

    @Test
    void whoseFaultAFailureWasIsTold() {
        backends.decoder().follow(generation -> {
            throw new ServingException(ErrorCode.OVERLOADED, "full");
        });
        chat(hello(""));
        chat("{");
        post("/v1/nothing", "{}");

        awaitGrowth(1, "autoglm_requests_total", "code=\"overloaded\"", "fault=\"server\"");
        awaitGrowth(1, "autoglm_requests_total", "code=\"invalid_json\"", "fault=\"client\"");
        awaitGrowth(1, "autoglm_requests_total", "code=\"not_found\"", "fault=\"client\"");
        assertThat(grown("vllm:e2e_request_latency_seconds_count"))
                .as("nothing was accepted")
                .isZero();
    }

    @Test
    void workThatAStageHasNotFinishedIsPending() {
        backends.vision().sendWideRows(WIDE_ROW_VALUES);
        backends.audio().sendWideRows(WIDE_ROW_VALUES);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", withParts(image("screen1.png"), audio("speech1.wav")));
            Await.until(
                    "the decoder is at work", () -> backends.decoder().starts().size() == 1);

            Scrape now = scrape();
            assertThat(now.sum("autoglm_pending_requests", BUNDLE)).isEqualTo(1);
            assertThat(now.sum("autoglm_pending_patches", BUNDLE)).isEqualTo(IMAGE_TOKEN_COUNT * PATCHES_PER_TOKEN);
            assertThat(now.sum("autoglm_pending_frames", BUNDLE))
                    .isEqualTo(FakeEncoder.AUDIO_TOKEN_COUNT * FRAMES_PER_AUDIO_TOKEN);
        }

        Await.until("nothing is pending", () -> {
            Scrape now = scrape();
            return now.sum("autoglm_pending_requests") == 0
                    && now.sum("autoglm_pending_patches") == 0
                    && now.sum("autoglm_pending_frames") == 0;
        });
    }

    @Test
    void aRequestLeavesOneLineThatTellsWhatItCost() {
        backends.vision().cost(0.25);
        backends.decoder().follow(generation -> {
            generation.accept(5);
            generation.readRows();
            generation.cost(0.5);
            generation.say("a");
            generation.cost(1.5);
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });
        try (LogLines log = new LogLines("ai.autoglm.gateway.requests")) {
            send(request(CHAT)
                    .header("x-request-id", "line-1")
                    .POST(BodyPublishers.ofString(withParts(image("screen1.png")))));

            Await.until("the line is written", () -> !log.lines().isEmpty());
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("request=line-1 key=anyone kind=image status=200 outcome=ok prompt=")
                    .contains(" cached=5 image=78 audio=0 completion=1 finish=stop first-token=")
                    .endsWith(" vision-encoder=250ms audio-encoder=0ms decoder=1500ms");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 503", "true, 200"})
    void theLineOfARequestThatFailedLateTellsTheStatusThatTheClientRead(boolean streamed, int status) {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("a");
            throw new ServingException(ErrorCode.OVERLOADED, "full");
        });
        try (LogLines log = new LogLines("ai.autoglm.gateway.requests")) {
            HttpResponse<String> response = chat(hello("\"stream\":" + streamed));

            assertThat(response.statusCode()).isEqualTo(status);
            Await.until("the line is written", () -> !log.lines().isEmpty());
            assertThat(log.lines()).singleElement().asString().contains(" status=" + status + " outcome=overloaded ");
        }
    }

    @Test
    void whatAKeyHasUsedIsCounted() {
        backends.audio().cost(0.125);
        backends.decoder().follow(generation -> {
            generation.accept(3);
            generation.readRows();
            generation.cost(2);
            generation.say("a");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        chat(withParts(audio("speech1.wav")));

        awaitGrowth(1, "autoglm_usage_requests_total", "key=\"anyone\"");
        assertThat(grown("autoglm_usage_tokens_total", "type=\"completion\"")).isEqualTo(1);
        assertThat(grown("autoglm_usage_tokens_total", "type=\"cached\"")).isEqualTo(3);
        assertThat(grown("autoglm_usage_tokens_total", "type=\"audio\"")).isEqualTo(FakeEncoder.AUDIO_TOKEN_COUNT);
        assertThat(grown("autoglm_usage_tokens_total", "type=\"prompt\"")).isEqualTo(grown("vllm:prompt_tokens_total"));
        assertThat(grown("autoglm_usage_engine_seconds_total", "engine=\"audio-encoder\""))
                .isEqualTo(0.125);
        assertThat(grown("autoglm_usage_engine_seconds_total", "engine=\"decoder\""))
                .isEqualTo(2);
    }

    private Scrape scrape() {
        return Scrape.of(get("/metrics").body());
    }

    private double grown(String name, String... labels) {
        return scrape().sum(name, labels) - before.sum(name, labels);
    }

    /// Requests are counted after the client has its answer.
    private void awaitGrowth(double by, String name, String... labels) {
        Await.until(name + " has grown by " + by, () -> grown(name, labels) >= by);
        assertThat(grown(name, labels)).isEqualTo(by);
    }

    private List<String> bounds(String name) {
        Matcher bound = Pattern.compile(name + "_bucket\\{[^}]*le=\"([^\"]+)\"")
                .matcher(get("/metrics").body());
        return bound.results().map(found -> found.group(1)).toList();
    }
}
