package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.sse.StreamEncoder;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/// An answer as server-sent events. Until the first token comes, the event loop sends signs of life.
final class StreamedAnswer implements HttpAnswer.Form {
    private static final Map<String, String> HEADERS = Map.of(
            "content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache", "x-accel-buffering", "no");

    private static final int OPENED = 200;

    /// Some clients count parsed chunks only: every fourth sign of life is one.
    private static final int PINGS_PER_CHUNK = 4;

    private final Exchange exchange;
    private final StreamEncoder encoder;
    private final Vertx vertx;
    private final Duration keepAliveInterval;
    private long keepAliveTimer;
    private int keepAliveCount;
    private boolean waiting;

    StreamedAnswer(Exchange exchange, StreamEncoder encoder, Vertx vertx, Duration keepAliveInterval) {
        this.exchange = exchange;
        this.encoder = encoder;
        this.vertx = vertx;
        this.keepAliveInterval = keepAliveInterval;
    }

    @Override
    public void open(Usage usage) {
        exchange.open(OPENED, HEADERS);
        write(encoder.open(usage));
        synchronized (this) {
            waiting = true;
            keepAliveTimer = vertx.setPeriodic(keepAliveInterval.toMillis(), _ -> keepAlive(usage));
        }
    }

    @Override
    public void start(int choice, Usage usage) {
        stopKeepAlive();
        write(encoder.start(choice, usage));
    }

    @Override
    public void write(int choice, CompletionEvent event, Usage usage) {
        write(encoder.encode(choice, event, usage));
    }

    @Override
    public void finish(Usage usage) {
        exchange.end(encoder.finish(usage));
    }

    @Override
    public int fail(ServingException failure) {
        stopKeepAlive();
        var _ = exchange.endSoon(encoder.failure(HttpErrors.of(failure).body()));
        return OPENED;
    }

    private void write(String events) {
        if (!events.isEmpty()) {
            exchange.write(events);
        }
    }

    private synchronized void stopKeepAlive() {
        if (waiting) {
            waiting = false;
            vertx.cancelTimer(keepAliveTimer);
        }
    }

    private synchronized void keepAlive(Usage usage) {
        if (waiting) {
            keepAliveCount++;
            exchange.offer(keepAliveCount % PINGS_PER_CHUNK == 0 ? encoder.keepAlive(usage) : SseEvents.PING);
        }
    }
}
