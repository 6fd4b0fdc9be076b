package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.gateway.testing.FakeGeneration;
import ai.autoglm.gateway.testing.RawConnection;
import ai.autoglm.gateway.testing.Scrape;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ClientLeavesTest extends GatewayTest {
    private static final int MANY = 200;
    private static final int WIDE_ROW_VALUES = 128 * 1024;

    @Test
    void cancelsAStreamWhoseClientLeft() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.say("Hello");
            generation.awaitCancel();
        });
        double resumes = metric("autoglm_resumes_total");
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello("\"stream\":true"));
            client.readUntil("Hello");
        }

        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
        Await.until("the request is over", () -> metric("autoglm_requests_running") == 0);
        assertThat(metric("autoglm_resumes_total"))
                .as("no other decoder had to go on")
                .isEqualTo(resumes);
    }

    @Test
    void cancelsAWholeAnswerWhoseClientLeft() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", hello(""));
            Await.until(
                    "the decoder is at work", () -> backends.decoder().starts().size() == 1);
        }

        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
    }

    @Test
    void cancelsTheEncoderWhenTheDecoderWaitsForRows() {
        backends.vision().sendWideRows(WIDE_ROW_VALUES);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });
        try (RawConnection client = connect()) {
            client.post(CHAT, "", withParts(image("screen1.png")));
            Await.until(
                    "the decoder is at work", () -> backends.decoder().starts().size() == 1);
        }

        Await.until("the encoder sees the cancel", () -> backends.vision().cancelledCount() == 1);
        Await.until("the decoder sees the cancel", () -> backends.decoder().cancelledCount() == 1);
    }

    @Test
    void answersTheNextRequestAfterManyClientsLeft() {
        backends.decoder().follow(generation -> {
            generation.accept(0);
            generation.awaitCancel();
        });
        List<RawConnection> clients =
                IntStream.range(0, MANY).mapToObj(_ -> connect()).toList();
        clients.forEach(client -> client.post(CHAT, "", hello("\"max_tokens\":3000")));
        Await.until("all are at work", () -> backends.decoder().starts().size() == MANY);

        clients.forEach(RawConnection::close);
        Await.until("all slots are free", () -> backends.decoder().runningCount() == 0);
        backends.decoder().follow(FakeGeneration.says("still here"));

        assertThat(chat(hello("")).body()).contains("still here");
    }

    private double metric(String name) {
        return Scrape.of(get("/metrics").body()).sum(name);
    }
}
