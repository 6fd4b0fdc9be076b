package ai.autoglm.proto.trace;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The traces of one service. Switched on and set up by OpenTelemetry's own variables: an exporter is
/// made when `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_TRACES_EXPORTER` says so. Off, it costs nothing.
///
/// Parents are handed on as values, never by thread: a request's stages run on many.
/// Source: OpenTelemetry specification, environment variables; W3C Trace Context.
public final class Tracing implements AutoCloseable {
    private static final String SCOPE = "ai.autoglm";
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none",
            "otel.exporter.otlp.protocol", "http/protobuf");

    private final Tracer tracer;
    private final @Nullable OpenTelemetrySdk sdk;

    private Tracing(Tracer tracer, @Nullable OpenTelemetrySdk sdk) {
        this.tracer = tracer;
        this.sdk = sdk;
    }

    /// Makes spans that nobody sees.
    public static Tracing off() {
        return new Tracing(OpenTelemetry.noop().getTracer(SCOPE), null);
    }

    /// As configured.
    ///
    /// @param service the name that traces show, unless `OTEL_SERVICE_NAME` gives another
    /// @throws ServingException INVALID_CONFIGURATION when a variable has a value that cannot work
    public static Tracing open(String service) {
        return isWanted() ? of(sdk(service)) : off();
    }

    /// @param sdk closed with this
    static Tracing of(OpenTelemetrySdk sdk) {
        return new Tracing(sdk.getTracer(SCOPE), sdk);
    }

    /// A request arrives over HTTP.
    ///
    /// @param name such as `POST /v1/chat/completions`
    /// @param header the value of a header, by its name
    public Stage receive(String name, Function<String, @Nullable String> header) {
        return Stage.begin(tracer, name, SpanKind.SERVER, W3cHeaders.parent(header));
    }

    /// A call arrives over gRPC; its parent is the caller's stage.
    ///
    /// @param name such as `encode`
    public Stage serve(String name) {
        return Stage.begin(tracer, name, SpanKind.SERVER, TraceHeaders.parent());
    }

    /// Exports what is left.
    @Override
    public void close() {
        if (sdk != null) {
            sdk.close();
        }
    }

    /// The stage of whoever is not traced.
    public static Stage none() {
        return Stage.begin(OpenTelemetry.noop().getTracer(SCOPE), "none", SpanKind.INTERNAL, Context.root());
    }

    private static OpenTelemetrySdk sdk(String service) {
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    .addPropertiesSupplier(() -> Map.of("otel.service.name", service))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException e) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION, "Traces cannot be exported: " + e.getMessage() + ".", e);
        }
    }

    private static boolean isWanted() {
        String exporter = setting("otel.traces.exporter");
        if (exporter != null) {
            return !exporter.equals("none");
        }
        return Stream.of("otel.exporter.otlp.endpoint", "otel.exporter.otlp.traces.endpoint")
                .map(Tracing::setting)
                .anyMatch(Objects::nonNull);
    }

    private static @Nullable String setting(String property) {
        String value = System.getProperty(property);
        return value == null ? System.getenv(property.toUpperCase(Locale.ROOT).replace('.', '_')) : value;
    }
}
