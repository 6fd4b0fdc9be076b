package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.model.EmbeddingTable;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.decoder.schedule.DecodeEvent;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.SchedulerSettings;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// The embedded model behind a decode loop that the test steps by itself.
public final class MiniModel implements AutoCloseable {
    static final int MAX_MODEL_LENGTH = 400;

    private static final Bundle BUNDLE = compiled(Precision.FP32, "target/autoglm-phone-mini");

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Engine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.shared());
    final KvCache kvCache;
    final Scheduler scheduler;
    final BatchRunner runner;
    final DecodeLoop loop;

    MiniModel(int slotCount, int chunkRows) {
        this(BUNDLE, slotCount, chunkRows);
    }

    /// @param precision for CPUs
    MiniModel(Precision precision, int slotCount, int chunkRows) {
        this(compiled(precision, "target/autoglm-phone-mini-" + precision), slotCount, chunkRows);
    }

    private MiniModel(Bundle bundle, int slotCount, int chunkRows) {
        DecoderSpec spec = bundle.manifest().decoder();
        FusionSpec fusionSpec = Objects.requireNonNull(bundle.manifest().fusion());
        DecoderLimits limits = new DecoderLimits(slotCount, chunkRows, MAX_MODEL_LENGTH);
        BundleParts parts = new BundleParts(bundle);
        OnnxDecoderModel model = new OnnxDecoderModel(
                engine.open(parts.decoder(limits)),
                spec,
                EmbeddingTable.open(
                        bundle.embedTokens(), ElementType.FLOAT32, spec.vocabularySize(), spec.hiddenSize()),
                ElementType.FLOAT32,
                limits);
        FusionLayer fusion = new FusionLayer(
                engine.open(parts.fusion(limits)), fusionSpec, spec.hiddenSize(), ElementType.FLOAT32, limits);
        kvCache = new KvCache(slotCount);
        Duration patience = Duration.ofMinutes(1);
        DecoderMetrics metrics = new DecoderMetrics(meters, "phone", kvCache, 64);
        scheduler = new Scheduler(
                new SchedulerSettings(chunkRows, 0, 64, patience, patience, patience), kvCache, metrics::released);
        runner = new BatchRunner(model, fusion, chunkRows);
        loop = new DecodeLoop(scheduler, runner, metrics, System::nanoTime);
    }

    private static Bundle compiled(Precision precision, String directory) {
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), CompileProgress.silent())
                .compileIfChanged(GoldenCase.ROOT.resolve("models/autoglm-phone-mini"), Path.of(directory));
    }

    public static TokenSpec tokens() {
        return BUNDLE.manifest().tokens();
    }

    public static Path bundle() {
        return BUNDLE.directory();
    }

    Generation submit(GenerationRequest request, List<MediaRowChunk> rows) {
        Generation generation = loop.submit(request);
        rows.forEach(generation::addRows);
        generation.endRows();
        return generation;
    }

    double reusedTokenCount() {
        return meters.get("vllm:prefix_cache_hits_total").counter().count();
    }

    /// Steps until nothing is left to do.
    void finish() {
        FakeDecoder.finish(loop, scheduler);
    }

    /// Hands over every event of a generation that has ended.
    static void events(Generation generation, Consumer<DecodeEvent> consumer) throws InterruptedException {
        for (DecodeEvent event = generation.nextEvent(Duration.ZERO);
                event != null;
                event = generation.nextEvent(Duration.ZERO)) {
            consumer.accept(event);
        }
    }

    /// The ids of a generation that has ended well.
    static TokenIds ids(Generation generation) throws InterruptedException {
        TokenIds.Builder ids = TokenIds.builder();
        read(generation, ids);
        return ids.build();
    }

    /// Appends the ids of a generation that has ended well.
    ///
    /// @return its end
    static DecodeEvent.Finished read(Generation generation, TokenIds.Builder ids) throws InterruptedException {
        for (DecodeEvent event = generation.nextEvent(Duration.ZERO);
                event != null;
                event = generation.nextEvent(Duration.ZERO)) {
            switch (event) {
                case DecodeEvent.Generated generated ->
                    ids.append(generated.token().tokenId());
                case DecodeEvent.Failed failed -> throw failed.error();
                case DecodeEvent.Accepted accepted -> {}
                case DecodeEvent.PromptScored scored -> {}
                case DecodeEvent.Finished finished -> {
                    return finished;
                }
            }
        }
        throw new AssertionError("The generation has not ended");
    }

    @Override
    public void close() {
        runner.close();
        engine.close();
    }
}
