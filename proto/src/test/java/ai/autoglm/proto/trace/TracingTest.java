package ai.autoglm.proto.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.autoglm.proto.stream.CallThreads;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.v1.EncodeImageRequest;
import ai.autoglm.proto.v1.EncodeImageResponse;
import ai.autoglm.proto.v1.VisionEncoderGrpc;
import ai.autoglm.toolkit.error.ServingException;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final Tracing tracing = Tracing.of(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exported))
                    .build())
            .build());

    @AfterEach
    void close() {
        tracing.close();
    }

    @Test
    void aClientsTraceGoesOn() {
        Map<String, String> headers = Map.of("traceparent", "00-" + TRACE + "-" + PARENT + "-01");
        try (Stage request = tracing.receive("POST /v1/chat/completions", headers::get)) {
            request.begin("parse").close();
            assertThat(request.traceId()).hasValue(TRACE);
        }

        assertThat(span("POST /v1/chat/completions").getTraceId()).isEqualTo(TRACE);
        assertThat(span("POST /v1/chat/completions").getParentSpanId()).isEqualTo(PARENT);
        assertThat(span("POST /v1/chat/completions").getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span("parse").getParentSpanId())
                .isEqualTo(span("POST /v1/chat/completions").getSpanId());
    }

    @Test
    void aParentThatCannotBeReadBeginsANewTrace() {
        tracing.receive("request", Map.of("traceparent", "00-nonsense")::get).close();

        assertThat(span("request").getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void aStageThatIsOverHasItsOwnTime() {
        long end = System.nanoTime();
        long start = end - TimeUnit.SECONDS.toNanos(5);
        try (Stage call = tracing.receive("call", _ -> null)) {
            call.past("queue", start, end);
        }

        SpanData queue = span("queue");
        assertThat(queue.getEndEpochNanos() - queue.getStartEpochNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(5));
        assertThat(queue.getEndEpochNanos())
                .isCloseTo(
                        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
                        within(TimeUnit.SECONDS.toNanos(30)));
    }

    @Test
    void aCallsServerKnowsTheCallersStage() throws IOException {
        try (Stage caller = tracing.receive("request", _ -> null).beginCall("encode vision-encoder")) {
            answered(caller);
        }

        assertThat(span("encode").getTraceId())
                .isEqualTo(span("encode vision-encoder").getTraceId());
        assertThat(span("encode").getParentSpanId())
                .isEqualTo(span("encode vision-encoder").getSpanId());
    }

    @Test
    void withoutAnExporterNothingIsSentAlong() throws IOException {
        Stage untraced = Tracing.off().receive("request", _ -> null);
        ManagedChannel channel = InProcessChannelBuilder.forName("nobody").build();
        assertThat(untraced.on(channel)).isSameAs(channel);
        assertThat(untraced.traceId()).isEmpty();
        channel.shutdownNow();
        answered(untraced);

        assertThat(span("encode").getParentSpanContext().isValid()).isFalse();
    }

    @Test
    void isOffUnlessAnExporterIsConfigured() {
        try (Tracing unconfigured = Tracing.open("decoder")) {
            assertThat(unconfigured.serve("generate").traceId()).isEmpty();
        }
        try (Tracing configured = withSettings(
                () -> Tracing.open("decoder"), Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:9"))) {
            assertThat(configured.serve("generate").traceId()).isPresent();
        }
        try (Tracing none = withSettings(
                () -> Tracing.open("decoder"),
                Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:9", "otel.traces.exporter", "none"))) {
            assertThat(none.serve("generate").traceId()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"otel.exporter.otlp.endpoint, nonsense", "otel.traces.exporter, carrier-pigeon"})
    void aSettingThatCannotWorkIsOneSentence(String key, String value) {
        assertThatThrownBy(() -> withSettings(() -> Tracing.open("decoder"), Map.of(key, value)))
                .isInstanceOf(ServingException.class)
                .hasMessageStartingWith("Traces cannot be exported: ")
                .hasMessageContaining(value);
    }

    private void answered(Stage caller) throws IOException {
        String name = InProcessServerBuilder.generateName();
        CallThreads threads = new CallThreads(PATIENCE);
        Server server = InProcessServerBuilder.forName(name)
                .intercept(new TraceHeaders())
                .addService(new VisionEncoderGrpc.VisionEncoderImplBase() {
                    @Override
                    public StreamObserver<EncodeImageRequest> encode(StreamObserver<EncodeImageResponse> responses) {
                        return threads.answer(responses, call -> {
                            tracing.serve("encode").close();
                            call.responses().complete();
                        });
                    }
                })
                .build()
                .start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        Channel traced = caller.on(channel);
        try (ClientExchange<EncodeImageRequest, EncodeImageResponse> call =
                ClientExchange.open(VisionEncoderGrpc.newStub(traced)::encode, "vision encoder", PATIENCE)) {
            assertThat(call.responses().receive(PATIENCE)).isEmpty();
        }
        channel.shutdownNow();
        server.shutdownNow();
    }

    private static Tracing withSettings(Supplier<Tracing> open, Map<String, String> settings) {
        settings.forEach(System::setProperty);
        try {
            return open.get();
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
    }

    private SpanData span(String name) {
        List<SpanData> spans = exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
        assertThat(spans).as(name).hasSize(1);
        return spans.getFirst();
    }
}
