package ai.autoglm.gateway.http;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.openai.CompletionIdentity;
import ai.autoglm.gateway.openai.StreamOptions;
import ai.autoglm.gateway.openai.Usage;
import ai.autoglm.gateway.sse.ChatChunkEncoder;
import ai.autoglm.gateway.sse.SseEvents;
import ai.autoglm.gateway.text.CompletionEvent;
import ai.autoglm.toolkit.error.ServingException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;

/// An answer as server-sent events. Until the first token comes, the event loop sends signs of life.
final class StreamedAnswer implements ChatAnswer.Opened {
    private static final Map<String, String> HEADERS = Map.of(
            "content-type", "text/event-stream; charset=utf-8", "cache-control", "no-cache", "x-accel-buffering", "no");

    /// Some clients count parsed chunks only: every fourth sign of life is one.
    private static final int PINGS_PER_CHUNK = 4;

    private final Exchange exchange;
    private final ChatChunkEncoder encoder;
    private final Usage promptUsage;
    private final Vertx vertx;
    private final long keepAliveTimer;
    private int keepAliveCount;
    private boolean started;

    private StreamedAnswer(
            Exchange exchange, ChatChunkEncoder encoder, Usage promptUsage, Vertx vertx, Duration keepAliveInterval) {
        this.exchange = exchange;
        this.encoder = encoder;
        this.promptUsage = promptUsage;
        this.vertx = vertx;
        this.keepAliveTimer = vertx.setPeriodic(keepAliveInterval.toMillis(), _ -> keepAlive());
    }

    static StreamedAnswer open(
            Exchange exchange,
            CompletionIdentity identity,
            StreamOptions options,
            Usage usage,
            Vertx vertx,
            Duration keepAliveInterval) {
        exchange.open(200, HEADERS);
        return new StreamedAnswer(exchange, new ChatChunkEncoder(identity, options), usage, vertx, keepAliveInterval);
    }

    @Override
    public void start(Usage usage) {
        stopKeepAlive();
        write(encoder.start(usage));
    }

    @Override
    public void write(CompletionEvent event, Usage usage) {
        stopKeepAlive();
        String events = encoder.encode(event, usage);
        if (event instanceof CompletionEvent.Finished) {
            exchange.end(events);
        } else {
            write(events);
        }
    }

    @Override
    public void fail(ServingException failure) {
        stopKeepAlive();
        var _ = exchange.endSoon(SseEvents.failure(HttpErrors.of(failure).body()));
    }

    private void write(String events) {
        if (!events.isEmpty()) {
            exchange.write(events);
        }
    }

    private synchronized void stopKeepAlive() {
        if (!started) {
            started = true;
            vertx.cancelTimer(keepAliveTimer);
        }
    }

    private synchronized void keepAlive() {
        if (!started) {
            keepAliveCount++;
            exchange.offer(keepAliveCount % PINGS_PER_CHUNK == 0 ? encoder.keepAlive(promptUsage) : SseEvents.PING);
        }
    }
}
