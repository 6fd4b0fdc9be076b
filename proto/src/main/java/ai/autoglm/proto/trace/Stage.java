package ai.autoglm.proto.trace;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A span under way: a request, or one stage of it. Any thread may use it. Closing it a second time does
/// nothing.
public final class Stage implements AutoCloseable {
    private final Tracer tracer;
    private final Span span;
    private final Context context;
    // What turns the JVM's clock into the time of day.
    private final long epochNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    private final long nanoTime = System.nanoTime();

    private Stage(Tracer tracer, Span span, Context parent) {
        this.tracer = tracer;
        this.span = span;
        this.context = parent.with(span);
    }

    static Stage begin(Tracer tracer, String name, SpanKind kind, Context parent) {
        return new Stage(
                tracer,
                tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan(),
                parent);
    }

    /// A stage within this one.
    public Stage begin(String name) {
        return begin(tracer, name, SpanKind.INTERNAL, context);
    }

    /// A call to another service, within this stage.
    public Stage beginCall(String name) {
        return begin(tracer, name, SpanKind.CLIENT, context);
    }

    /// A stage within this one that is over already.
    ///
    /// @param startNanos as [System#nanoTime] told it
    /// @param endNanos likewise
    public void past(String name, long startNanos, long endNanos) {
        if (isRecorded()) {
            tracer.spanBuilder(name)
                    .setParent(context)
                    .setStartTimestamp(epoch(startNanos), TimeUnit.NANOSECONDS)
                    .startSpan()
                    .end(epoch(endNanos), TimeUnit.NANOSECONDS);
        }
    }

    /// Calls on the returned channel tell their server that this stage is its parent.
    public Channel on(Channel channel) {
        return isRecorded() ? ClientInterceptors.intercept(channel, new TraceHeaders.Sender(context)) : channel;
    }

    public Stage set(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    public Stage set(String key, long value) {
        span.setAttribute(key, value);
        return this;
    }

    public Stage set(String key, double value) {
        span.setAttribute(key, value);
        return this;
    }

    /// Something that happens at one point of this stage.
    public void event(String name) {
        span.addEvent(name);
    }

    /// The stage fails.
    ///
    /// @param code as clients see it; never a message, which might quote them
    public void fail(String code) {
        span.setStatus(StatusCode.ERROR, code);
    }

    /// The trace's id, for log lines; empty where nothing is traced.
    public Optional<String> traceId() {
        return isRecorded() ? Optional.of(span.getSpanContext().getTraceId()) : Optional.empty();
    }

    @Override
    public void close() {
        span.end();
    }

    private boolean isRecorded() {
        return span.getSpanContext().isValid();
    }

    private long epoch(long nanos) {
        return epochNanos + (nanos - nanoTime);
    }
}
