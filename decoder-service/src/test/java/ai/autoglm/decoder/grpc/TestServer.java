package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.GoldenCase;
import ai.autoglm.decoder.MiniModel;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.proto.stream.ClientExchange;
import ai.autoglm.proto.trace.Tracing;
import ai.autoglm.proto.v1.AudioSpan;
import ai.autoglm.proto.v1.DecoderGrpc;
import ai.autoglm.proto.v1.EmbeddingRows;
import ai.autoglm.proto.v1.GenerateRequest;
import ai.autoglm.proto.v1.GenerateResponse;
import ai.autoglm.proto.v1.GenerateStart;
import ai.autoglm.proto.v1.ImageGrid;
import ai.autoglm.proto.v1.MediaRows;
import ai.autoglm.proto.v1.MediaRun;
import ai.autoglm.proto.v1.RowType;
import ai.autoglm.proto.v1.SamplingParameters;
import ai.autoglm.proto.v1.StopConditions;
import ai.autoglm.proto.v1.TokenRun;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.position.PositionRun;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The decoder service on the embedded model, reached without sockets.
final class TestServer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String BUNDLE_ID = Bundle.open(MiniModel.bundle()).manifest().bundleId();

    private final DecoderService service;
    private final Server server;
    private final ManagedChannel channel;

    TestServer(DecoderConfig config) {
        this(config, new OnnxRuntimeEngine(OnnxRuntimeSettings.shared()));
    }

    TestServer(DecoderConfig config, Engine engine) {
        this(config, engine, decoder -> decoder);
    }

    TestServer(DecoderConfig config, Engine engine, UnaryOperator<ServedDecoder> change) {
        ServedDecoder decoder = change.apply(ServedDecoder.open(config, engine, new SimpleMeterRegistry()));
        service = new DecoderService(decoder, config, Tracing.off());
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .addService(service)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).build();
    }

    DecoderService service() {
        return service;
    }

    DecoderGrpc.DecoderBlockingStub blocking() {
        return DecoderGrpc.newBlockingStub(channel);
    }

    ClientExchange<GenerateRequest, GenerateResponse> open(GenerateStart start) {
        var call = ClientExchange.open(DecoderGrpc.newStub(channel)::generate, "decoder", PATIENCE);
        call.requests().send(GenerateRequest.newBuilder().setStart(start).build());
        return call;
    }

    /// Sends all rows, half-closes, and gives back all answers but progress.
    static List<GenerateResponse> complete(
            ClientExchange<GenerateRequest, GenerateResponse> call, List<MediaRows> rows) {
        rows.forEach(message -> send(call, message));
        call.requests().complete();
        List<GenerateResponse> responses = new ArrayList<>();
        for (var response = call.responses().receive(PATIENCE);
                response.isPresent();
                response = call.responses().receive(PATIENCE)) {
            if (!response.get().hasProgress()) {
                responses.add(response.get());
            }
        }
        return responses;
    }

    static void send(ClientExchange<GenerateRequest, GenerateResponse> call, MediaRows rows) {
        call.requests().send(GenerateRequest.newBuilder().setMediaRows(rows).build());
    }

    static GenerateStart.Builder start(GoldenCase golden) {
        GenerateStart.Builder start = text(golden.maxTokens()).setRequestId(golden.name());
        for (PromptSegment segment : golden.prompt(MiniModel.tokens()).segments()) {
            start.addPrompt(segment(segment));
        }
        return start;
    }

    /// A greedy request without a prompt.
    static GenerateStart.Builder text(int maxTokens) {
        return GenerateStart.newBuilder()
                .setBundleId(BUNDLE_ID)
                .setRequestId("test")
                .setSampling(SamplingParameters.newBuilder().setTopP(1).setRepetitionPenalty(1))
                .setStop(StopConditions.newBuilder().setMaxTokens(maxTokens));
    }

    static ai.autoglm.proto.v1.PromptSegment tokens(Integer... ids) {
        return ai.autoglm.proto.v1.PromptSegment.newBuilder()
                .setFused(true)
                .setTokens(TokenRun.newBuilder().addAllTokenIds(List.of(ids)))
                .build();
    }

    private static ai.autoglm.proto.v1.PromptSegment segment(PromptSegment segment) {
        var message = ai.autoglm.proto.v1.PromptSegment.newBuilder().setFused(segment.fused());
        return switch (segment) {
            case PromptSegment.TokenRun run ->
                message.setTokens(TokenRun.newBuilder()
                                .addAllTokenIds(run.tokenIds().stream().boxed().toList()))
                        .build();
            case PromptSegment.MediaRun run -> message.setMedia(medium(run)).build();
        };
    }

    private static MediaRun medium(PromptSegment.MediaRun run) {
        byte[] sha256 = Hashing.sha256()
                .hashString(run.sha256(), StandardCharsets.UTF_8)
                .asBytes();
        MediaRun.Builder medium = MediaRun.newBuilder()
                .setSha256(ByteString.copyFrom(sha256))
                .setTokenCount(run.positions().tokenCount());
        return switch (run.positions()) {
            case PositionRun.ImageRun(int rows, int columns) ->
                medium.setImage(ImageGrid.newBuilder().setMergedRows(rows).setMergedColumns(columns))
                        .build();
            case PositionRun.TextRun text ->
                medium.setAudio(AudioSpan.getDefaultInstance()).build();
        };
    }

    /// A golden case's rows as its encoders would send them, in small messages.
    static List<MediaRows> rows(GoldenCase golden) {
        var prompt = golden.prompt(MiniModel.tokens());
        List<MediaRows> messages = new ArrayList<>();
        for (MediaRowChunk chunk : golden.mediaRows(MiniModel.tokens(), 20)) {
            int segment = 0;
            for (int index = 0; index < prompt.segments().size(); index++) {
                if (prompt.segments().get(index) instanceof PromptSegment.MediaRun
                        && prompt.mediaBeforeSegment(index) <= chunk.firstOrdinal()) {
                    segment = index;
                }
            }
            messages.add(MediaRows.newBuilder()
                    .setSegmentIndex(segment)
                    .setRows(EmbeddingRows.newBuilder()
                            .setRowType(RowType.ROW_TYPE_FLOAT32)
                            .setFirstRow(chunk.firstOrdinal() - prompt.mediaBeforeSegment(segment))
                            .setRowCount(chunk.rowCount())
                            .setWidth((int) (chunk.values().data().byteSize() / chunk.rowCount() / Float.BYTES))
                            .setData(ByteString.copyFrom(chunk.values().data().toArray(ValueLayout.JAVA_BYTE))))
                    .build());
        }
        return messages;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        service.stop(Duration.ofSeconds(10));
    }
}
