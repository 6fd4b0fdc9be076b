package ai.autoglm.proto.trace;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `traceparent` and `tracestate`. Source: W3C Trace Context.
final class W3cHeaders {
    static final String PARENT = "traceparent";

    private static final W3CTraceContextPropagator FORMAT = W3CTraceContextPropagator.getInstance();

    private W3cHeaders() {}

    /// What the caller says is the parent; the root where it says nothing that can be read.
    static Context parent(Function<String, @Nullable String> header) {
        return FORMAT.extract(Context.root(), header, (carrier, name) -> carrier == null ? null : carrier.apply(name));
    }

    static void write(Context context, BiConsumer<String, String> headers) {
        FORMAT.inject(context, headers, (carrier, name, value) -> {
            if (carrier != null) {
                carrier.accept(name, value);
            }
        });
    }
}
