package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeEncoder;
import ai.autoglm.gateway.testing.TestFiles;
import ai.autoglm.proto.v1.FinishReason;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.proto.v1.PromptSegment;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MediaTest extends GatewayTest {
    /// screen1.png has 26 x 12 patches, of which four make a token.
    private static final int IMAGE_TOKEN_COUNT = 78;

    private static final int WIDE_ROW_VALUES = 100 * 1024;

    @Test
    void sendsMediaToTheirEncodersAndTheirRowsToTheDecoderInPromptOrder() {
        List<MediaRows> rows = Collections.synchronizedList(new ArrayList<>());
        backends.decoder().follow(generation -> {
            generation.accept(0);
            rows.addAll(generation.readRows());
            generation.say("ok");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        HttpResponse<String> response =
                chat(withParts(text("first"), audio("speech1.wav"), image("screen1.png"), text("last")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(backends.vision().received())
                .singleElement()
                .satisfies(bytes -> assertThat(bytes.toByteArray()).isEqualTo(TestFiles.golden("screen1.png")));
        assertThat(backends.audio().received())
                .singleElement()
                .satisfies(bytes -> assertThat(bytes.toByteArray()).isEqualTo(TestFiles.golden("speech1.wav")));
        List<PromptSegment> prompt = backends.decoder().starts().getFirst().getPromptList();
        assertThat(prompt).extracting(PromptSegment::hasMedia).containsExactly(false, true, false, true, false);
        assertThat(prompt.get(1).getMedia().hasAudio()).isTrue();
        assertThat(prompt.get(3).getMedia().getTokenCount()).isEqualTo(IMAGE_TOKEN_COUNT);
        assertThat(rows).hasSize(FakeEncoder.AUDIO_TOKEN_COUNT + IMAGE_TOKEN_COUNT);
        assertThat(rows.subList(0, FakeEncoder.AUDIO_TOKEN_COUNT))
                .extracting(MediaRows::getSegmentIndex)
                .containsOnly(1);
        assertThat(rows.subList(FakeEncoder.AUDIO_TOKEN_COUNT, rows.size()))
                .extracting(MediaRows::getSegmentIndex)
                .containsOnly(3);
        assertThat(rows.getLast().getRows().getFirstRow()).isEqualTo(IMAGE_TOKEN_COUNT - 1);
        assertThat(response.body()).contains("\"audio_tokens\":" + FakeEncoder.AUDIO_TOKEN_COUNT);
    }

    @Test
    void sendsNoRowsOfMediaThatTheDecoderHasCached() {
        List<MediaRows> rows = Collections.synchronizedList(new ArrayList<>());
        backends.decoder().follow(generation -> {
            int afterFirstImage = 0;
            for (PromptSegment segment : generation.start().getPromptList().subList(0, 2)) {
                afterFirstImage += segment.getTokens().getTokenIdsCount()
                        + segment.getMedia().getTokenCount();
            }
            generation.accept(afterFirstImage);
            rows.addAll(generation.readRows());
            generation.say("ok");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        HttpResponse<String> response = chat(withParts(image("screen1.png"), image("screen2.png")));

        assertThat(response.body()).contains("\"cached_tokens\":");
        assertThat(rows).hasSize(IMAGE_TOKEN_COUNT);
        assertThat(rows).extracting(MediaRows::getSegmentIndex).containsOnly(3);
    }

    @Test
    void aSlowDecoderSlowsTheEncoder() {
        AtomicInteger sentWhileTheDecoderSlept = new AtomicInteger();
        backends.vision().sendWideRows(WIDE_ROW_VALUES);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            Await.until("rows are under way", () -> backends.vision().sentRowCount() > 0);
            Await.pause(Duration.ofMillis(500));
            sentWhileTheDecoderSlept.set(backends.vision().sentRowCount());
            generation.readRows();
            generation.say("ok");
            generation.finish(FinishReason.FINISH_REASON_STOP);
        });

        assertThat(chat(withParts(image("screen1.png"))).statusCode()).isEqualTo(200);

        assertThat(backends.vision().sentRowCount()).isEqualTo(IMAGE_TOKEN_COUNT);
        assertThat(sentWhileTheDecoderSlept.get()).isLessThan(IMAGE_TOKEN_COUNT / 2);
    }

    @Test
    void anEncodersRefusalIsA400ThatNamesTheMedium() {
        backends.vision().refuse(new ServingException(ErrorCode.IMAGE_PARSE_ERROR, "The image cannot be decoded."));

        HttpResponse<String> response = chat(withParts(text("look"), image("screen1.png")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"code\":\"image_parse_error\"", "\"param\":\"messages[0].content[1]");
        assertThat(backends.decoder().starts()).isEmpty();
    }

    @Test
    void anEncoderThatFailsBetweenRowsEndsTheAnswerWithItsError() {
        backends.vision().failBetweenRows(new ServingException(ErrorCode.INTERNAL, "The engine failed."));
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });

        HttpResponse<String> response = chat(withParts(image("screen1.png")));

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
    }

    @Test
    void moreImagesThanAllowedAreRefusedBeforeAnyIsSent() {
        String[] images = Collections.nCopies(11, image("screen1.png")).toArray(String[]::new);

        HttpResponse<String> response = chat(withParts(images));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("At most 10 image(s)");
        assertThat(backends.vision().received()).isEmpty();
    }
}
