package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.model.EmbeddingTable;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.decoder.sampling.LogprobReader;
import ai.autoglm.decoder.sampling.PromptTokenLogprob;
import ai.autoglm.decoder.sampling.Sampler;
import ai.autoglm.decoder.sampling.TokenHistory;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.SchedulerSettings;
import ai.autoglm.tensorrt.gpu.GpuException;
import ai.autoglm.tensorrt.testing.FakeGpu;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.position.RotaryTable;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A decode loop over [FakeGraphs], stepped by the test, on a clock that the test moves.
final class FakeDecoder implements AutoCloseable {
    static final int MAX_MODEL_LENGTH = 319;
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final FakeGraphs.Decoder graph = new FakeGraphs.Decoder();
    final FakeGpu gpu = new FakeGpu(24L << 30);
    final List<GpuException> deviceFailures = new ArrayList<>();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final KvCache kvCache;
    final Scheduler scheduler;
    final BatchRunner runner;
    final DecodeLoop loop;
    long nanoTime;
    long nanosPerLook; // the clock moves on by this much whenever the loop looks at it

    FakeDecoder(FakeEngines engines, int slotCount, int chunkRows, int queueCapacity) {
        DecoderLimits limits = new DecoderLimits(slotCount, chunkRows, MAX_MODEL_LENGTH);
        int cacheRows = BundleParts.decoderCache(FakeGraphs.DECODER, ElementType.FLOAT32, limits)
                .rowCount();
        Engine engine = engines.open(graph, new FakeGraphs.Fusion(), cacheRows, 512, gpu, deviceFailures::add);
        OnnxDecoderModel model = new OnnxDecoderModel(
                engine.open(FakeEngines.part(ModelPart.Kind.DECODER)),
                FakeGraphs.DECODER,
                embeddingTable(),
                ElementType.FLOAT32,
                limits);
        FusionLayer fusion = new FusionLayer(
                engine.open(FakeEngines.part(ModelPart.Kind.FUSION)),
                FakeGraphs.FUSION,
                FakeGraphs.HIDDEN,
                ElementType.FLOAT32,
                limits);
        // Room for about two idle sequences beside the slots.
        kvCache = new KvCache(slotCount, MAX_MODEL_LENGTH);
        DecoderMetrics metrics = new DecoderMetrics(meters, "phone", kvCache, queueCapacity);
        scheduler = new Scheduler(
                new SchedulerSettings(chunkRows, slotCount / 3, queueCapacity, PATIENCE, PATIENCE, PATIENCE),
                kvCache,
                metrics::released);
        runner = new BatchRunner(model, fusion, chunkRows);
        loop = new DecodeLoop(scheduler, runner, metrics, () -> nanoTime += nanosPerLook);
    }

    private static EmbeddingTable embeddingTable() {
        ByteBuffer table = ByteBuffer.allocate(FakeGraphs.VOCABULARY * FakeGraphs.HIDDEN * Float.BYTES)
                .order(ByteOrder.nativeOrder());
        for (int id = 0; id < FakeGraphs.VOCABULARY; id++) {
            for (float value : FakeGraphs.embedding(id)) {
                table.putFloat(value);
            }
        }
        try {
            Path file = Files.createTempFile("embed-tokens", ".bin");
            Files.write(file, table.array());
            EmbeddingTable opened =
                    EmbeddingTable.open(file, ElementType.FLOAT32, FakeGraphs.VOCABULARY, FakeGraphs.HIDDEN);
            Files.delete(file);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Media row `ordinal` of a prompt: a function of its medium and its place in it.
    static float mediaValue(FusedPrompt prompt, int row) {
        int medium = prompt.segmentOf(row).hashCode() & 0x3f;
        return 50 + medium + (row - prompt.segmentStart(row)) * 3;
    }

    /// The media rows of a prompt with ordinals from `first` to `end - 1`.
    static MediaRowChunk mediaRows(FusedPrompt prompt, int first, int end) {
        float[] values = new float[(end - first) * FakeGraphs.HIDDEN];
        for (int row = 0; row < prompt.rowCount(); row++) {
            int ordinal = prompt.mediaBefore(row);
            if (prompt.isMedia(row) && ordinal >= first && ordinal < end) {
                values[(ordinal - first) * FakeGraphs.HIDDEN] = mediaValue(prompt, row);
                values[(ordinal - first) * FakeGraphs.HIDDEN + 1] = 1;
            }
        }
        return new MediaRowChunk(first, end - first, FloatView.of(values));
    }

    void finish() {
        finish(loop, scheduler);
    }

    /// Steps until nothing is left to do.
    static void finish(DecodeLoop loop, Scheduler scheduler) {
        boolean working = true;
        while (working) {
            working = loop.step();
        }
        scheduler.checkIntegrity();
    }

    /// What this request must generate, computed without scheduler, slots, chunks or batches.
    static TokenIds expected(GenerationRequest request) {
        FusedPrompt prompt = request.prompt().resumedWith(request.generated());
        List<float[]> rows = new ArrayList<>(fusedRows(prompt));
        TokenHistory history =
                new TokenHistory(FakeGraphs.VOCABULARY, request.prompt().tokenIds());
        request.generated().stream().forEach(history::append);
        Sampler sampler = new Sampler(FakeGraphs.VOCABULARY);
        TokenIds.Builder answer = TokenIds.builder();
        while (history.generatedCount() < request.stop().maxTokens()) {
            float[] logits = logits(prompt, rows);
            int id = sampler.sample(logits, request.sampling(), request.stop(), history, null, null)
                    .tokenId();
            if (request.stop().isEnding(id)) {
                break;
            }
            answer.append(id);
            history.append(id);
            rows.add(FakeGraphs.embedding(id));
        }
        return answer.build();
    }

    /// How likely each token of a prompt must be, but for the first.
    static List<PromptTokenLogprob> expectedScores(GenerationRequest request) {
        if (request.promptLogprobsCount() == null) {
            return List.of();
        }
        FusedPrompt prompt = request.prompt();
        List<float[]> rows = fusedRows(prompt);
        LogprobReader reader = new LogprobReader(FakeGraphs.VOCABULARY);
        List<PromptTokenLogprob> scores = new ArrayList<>();
        for (int row = 1; row < prompt.rowCount(); row++) {
            float[] logits = logits(prompt, rows.subList(0, row));
            scores.add(reader.ofPrompt(logits, prompt.tokenIds().at(row), request.promptLogprobsCount()));
        }
        return scores;
    }

    private static List<float[]> fusedRows(FusedPrompt prompt) {
        List<float[]> rows = new ArrayList<>();
        float[] mediaSum = new float[FakeGraphs.HIDDEN];
        for (int row = 0; row < prompt.rowCount(); row++) {
            float[] values = prompt.isMedia(row)
                    ? new float[] {mediaValue(prompt, row), 1}
                    : FakeGraphs.embedding(prompt.tokenIds().at(row));
            for (int column = 0; column < FakeGraphs.HIDDEN; column++) {
                mediaSum[column] += prompt.isMedia(row) ? values[column] : 0;
                values[column] += prompt.isFused(row) ? mediaSum[column] : 0;
            }
            rows.add(values);
        }
        return rows;
    }

    private static float[] logits(FusedPrompt prompt, List<float[]> rows) {
        int capacity = Math.max(rows.size(), prompt.rowCount());
        FloatBuffer cosines = FloatBuffer.allocate(capacity);
        RotaryTable rotary = RotaryTable.text(2, 10_000);
        rotary.write(prompt.positions(), 0, prompt.rowCount(), cosines, FloatBuffer.allocate(capacity));
        for (int row = prompt.rowCount(); row < rows.size(); row++) {
            rotary.write(row + prompt.positions().ropeDelta(), cosines, FloatBuffer.allocate(1));
        }
        long hash = 0;
        for (int row = 0; row < rows.size(); row++) {
            hash = FakeGraphs.mix(hash, rows.get(row)[0], rows.get(row)[1], cosines.get(row));
        }
        float[] logits = new float[FakeGraphs.VOCABULARY];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = FakeGraphs.logit(hash, id);
        }
        return logits;
    }

    @Override
    public void close() {
        runner.close();
    }
}
