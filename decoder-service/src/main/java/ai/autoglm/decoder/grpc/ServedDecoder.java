package ai.autoglm.decoder.grpc;

import ai.autoglm.decoder.BatchRunner;
import ai.autoglm.decoder.DecodeLoop;
import ai.autoglm.decoder.DecoderMetrics;
import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.grammar.LanguageCache;
import ai.autoglm.decoder.kvcache.KvCache;
import ai.autoglm.decoder.model.DecodeRow;
import ai.autoglm.decoder.model.EmbeddingTable;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.decoder.schedule.Scheduler;
import ai.autoglm.decoder.schedule.SchedulerSettings;
import ai.autoglm.proto.rows.RowTypes;
import ai.autoglm.proto.v1.DescribeResponse;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.FusionSpec;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.grammar.Vocabulary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The decoder part of a bundle, loaded, with its loop.
record ServedDecoder(
        RequestReader requests,
        RowFormat rowFormat,
        DescribeResponse description,
        DecodeLoop loop,
        DecoderMetrics metrics) {
    private static final Logger LOG = LoggerFactory.getLogger(ServedDecoder.class);

    /// Opens the configured bundle and runs its model once, so that the first request does not pay for
    /// it.
    ///
    /// @throws ServingException when the bundle or the configuration cannot work
    static ServedDecoder open(DecoderConfig config, Engine engine, MeterRegistry registry) {
        Bundle bundle = Bundle.open(config.bundle());
        bundle.requireFor(engine, ModelPart.Kind.DECODER);
        BundleManifest manifest = bundle.manifest();
        DecoderSpec spec = manifest.decoder();
        int maxModelLength = maxModelLength(config, spec);
        DecoderLimits limits =
                DecoderLimits.of(config.maxNumSeqs(), config.resumeSlots(), config.prefillChunk(), maxModelLength);
        OnnxDecoderModel model = model(bundle, engine, limits);
        FusionLayer fusion = fusion(bundle, engine, limits);
        KvCache kvCache = new KvCache(limits.slotCount(), config.savedTokens());
        SchedulerSettings settings = new SchedulerSettings(
                config.prefillChunk(),
                config.resumeSlots(),
                config.queueCapacity(),
                config.queueTimeout(),
                config.mediaTimeout(),
                config.idleTimeout());
        DecoderMetrics metrics = new DecoderMetrics(registry, config.servedName(), kvCache, config.queueCapacity());
        Vocabulary vocabulary = Vocabulary.read(bundle.tokenizer(), spec.vocabularySize());
        DecodeLoop loop = new DecodeLoop(
                new Scheduler(settings, kvCache, metrics::released),
                new BatchRunner(model, fusion, config.prefillChunk()),
                metrics,
                System::nanoTime);
        loop.start();
        DescribeResponse description = DescribeResponse.newBuilder()
                .setBundleId(manifest.bundleId())
                .setService("decoder")
                .setEngine(engine.name())
                .setRowType(RowTypes.of(manifest.precision().rowType()))
                .setHiddenSize(spec.hiddenSize())
                .setMaxModelLen(maxModelLength)
                .setMaxNumSeqs(config.maxNumSeqs())
                .setReportsProgress(true)
                .build();
        RequestReader requests = new RequestReader(
                manifest.bundleId(),
                manifest.tokens(),
                spec.vocabularySize(),
                maxModelLength,
                new GrammarReader(new LanguageCache(vocabulary, metrics)));
        RowFormat rowFormat = new RowFormat(manifest.precision().rowType(), spec.hiddenSize());
        return new ServedDecoder(requests, rowFormat, description, loop, metrics);
    }

    private static int maxModelLength(DecoderConfig config, DecoderSpec spec) {
        int length = config.maxModelLen().orElse(Math.min(DecoderLimits.DEFAULT_MAX_MODEL_LENGTH, spec.maxPositions()));
        if (length < 1 || length > spec.maxPositions()) {
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "max-model-len must be 1 to " + spec.maxPositions() + ", which the model was made for, not "
                            + length + ".");
        }
        return length;
    }

    private static OnnxDecoderModel model(Bundle bundle, Engine engine, DecoderLimits limits) {
        DecoderSpec spec = bundle.manifest().decoder();
        Precision precision = bundle.manifest().precision();
        LOG.info(
                "The KV cache takes {} MiB: {} sequences of {} tokens",
                String.format(
                        Locale.ROOT,
                        "%.1f",
                        new BundleParts(bundle).decoderCache(limits).byteSize() / 1048576.0),
                limits.slotCount(),
                limits.maxModelLength());
        OnnxDecoderModel model = new OnnxDecoderModel(
                engine.open(new BundleParts(bundle).decoder(limits)),
                spec,
                EmbeddingTable.open(
                        bundle.embedTokens(), precision.rowType(), spec.vocabularySize(), spec.hiddenSize()),
                precision.kvType(),
                limits);
        model.decode(List.of(new DecodeRow(0, 0, 0, 0)));
        model.clear(0);
        return model;
    }

    private static @Nullable FusionLayer fusion(Bundle bundle, Engine engine, DecoderLimits limits) {
        FusionSpec spec = bundle.manifest().fusion();
        return spec == null
                ? null
                : new FusionLayer(
                        engine.open(new BundleParts(bundle).fusion(limits)),
                        spec,
                        bundle.manifest().decoder().hiddenSize(),
                        bundle.manifest().precision().kvType(),
                        limits);
    }
}
