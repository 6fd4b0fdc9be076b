package ai.autoglm.benchmarks;

import ai.autoglm.audio.encode.OnnxAudioEncoder;
import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.FusionLayer;
import ai.autoglm.decoder.model.DecodeRow;
import ai.autoglm.decoder.model.EmbeddingTable;
import ai.autoglm.decoder.model.Logits;
import ai.autoglm.decoder.model.OnnxDecoderModel;
import ai.autoglm.proto.rows.Embeddings;
import ai.autoglm.toolkit.audio.AudioLimits;
import ai.autoglm.toolkit.audio.AudioPreprocessing;
import ai.autoglm.toolkit.audio.FeatureExtractor;
import ai.autoglm.toolkit.bundle.AudioSpec;
import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.VisionSpec;
import ai.autoglm.toolkit.deadline.Deadline;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.image.ImageLimits;
import ai.autoglm.toolkit.image.ImagePreprocessing;
import ai.autoglm.toolkit.image.ImagePreprocessor;
import ai.autoglm.vision.encode.OnnxVisionEncoder;
import ai.autoglm.vision.encode.VisionEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// All parts of a bundle in one process and for one sequence, without servers and without rounds of a scheduler.
final class LocalModel implements AutoCloseable {
    private static final int MAX_ROWS = 511;

    private final BundleManifest manifest;
    private final OnnxDecoderModel decoder;
    private final FusionLayer fusion;
    private final VisionEncoder vision;
    private final OnnxAudioEncoder audio;
    private final ImagePreprocessor images;
    private final FeatureExtractor sounds;
    private final float[] logits;

    /// @param kvType of the caches as `engine` wants them
    LocalModel(Bundle bundle, Engine engine, ElementType kvType) {
        manifest = bundle.manifest();
        int width = manifest.decoder().hiddenSize();
        ElementType rowType = manifest.precision().rowType();
        BundleParts parts = new BundleParts(bundle);
        DecoderLimits limits = new DecoderLimits(1, MAX_ROWS, MAX_ROWS);
        EmbeddingTable table = EmbeddingTable.open(
                bundle.embedTokens(), rowType, manifest.decoder().vocabularySize(), width);
        decoder = new OnnxDecoderModel(engine.open(parts.decoder(limits)), manifest.decoder(), table, kvType, limits);
        fusion = new FusionLayer(
                engine.open(parts.fusion(limits)), Objects.requireNonNull(manifest.fusion()), width, kvType, limits);
        VisionSpec visionSpec = Objects.requireNonNull(manifest.vision());
        vision = new OnnxVisionEncoder(engine.open(parts.visionEncoder()), visionSpec, width, rowType);
        images = new ImagePreprocessor(ImagePreprocessing.of(visionSpec), ImageLimits.DEFAULT);
        AudioSpec audioSpec = Objects.requireNonNull(manifest.audio());
        audio = new OnnxAudioEncoder(engine.open(parts.audioEncoder()), audioSpec, width, rowType);
        sounds = new FeatureExtractor(
                new AudioPreprocessing(
                        audioSpec.samplingRate(),
                        audioSpec.hopLength(),
                        audioSpec.fftSize(),
                        audioSpec.melBinCount(),
                        audioSpec.windowSeconds()),
                AudioLimits.DEFAULT);
        logits = new float[manifest.decoder().vocabularySize()];
    }

    BundleManifest manifest() {
        return manifest;
    }

    Embeddings encodeImage(byte[] file) {
        return vision.encode(images.patches(file, Deadline.NONE));
    }

    Embeddings encodeAudio(byte[] file) {
        return audio.encode(sounds.extract(file, Deadline.NONE));
    }

    /// Runs a prompt as one chunk.
    ///
    /// @param media in prompt order
    /// @return logits after the last row, overwritten by the next call
    float[] prefill(FusedPrompt prompt, List<Embeddings> media) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor rows = embed(prompt, media, arena);
            Tensor fused = fusion.fuse(0, prompt, 0, rows);
            return copied(decoder.prefill(0, 0, fused, prompt.positions(), 1));
        }
    }

    /// Runs one more token.
    ///
    /// @param row its place in the sequence
    /// @return logits after it, overwritten by the next call
    float[] decode(int token, int row, int position) {
        return copied(decoder.decode(List.of(new DecodeRow(0, row, token, position))));
    }

    private float[] copied(Logits computed) {
        computed.copyRow(0, logits);
        return logits;
    }

    private Tensor embed(FusedPrompt prompt, List<Embeddings> media, Arena arena) {
        int width = manifest.decoder().hiddenSize();
        long rowBytes = (long) width * Float.BYTES;
        MemorySegment mediaRows = arena.allocate(prompt.mediaRowCount() * rowBytes);
        long read = 0;
        for (Embeddings medium : media) {
            MemorySegment part = mediaRows.asSlice(read, medium.rowCount() * rowBytes);
            medium.copyTo(new FloatView(ElementType.FLOAT32, part));
            read += part.byteSize();
        }
        Tensor rows = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, prompt.rowCount(), width));
        for (int row = 0; row < prompt.rowCount(); row++) {
            MemorySegment target = rows.data().asSlice(row * rowBytes, rowBytes);
            if (prompt.isMedia(row)) {
                target.copyFrom(mediaRows.asSlice(prompt.mediaBefore(row) * rowBytes, rowBytes));
            } else {
                decoder.embed(prompt.tokenIds().at(row), target);
            }
        }
        return rows;
    }

    @Override
    public void close() {
        decoder.close();
        fusion.close();
        vision.close();
        audio.close();
    }
}
