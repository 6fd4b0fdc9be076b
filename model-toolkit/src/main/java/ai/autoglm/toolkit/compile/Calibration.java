package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleParts;
import ai.autoglm.toolkit.bundle.DecoderLimits;
import ai.autoglm.toolkit.bundle.DecoderSpec;
import ai.autoglm.toolkit.bundle.RotarySpec;
import ai.autoglm.toolkit.engine.CacheLayout;
import ai.autoglm.toolkit.engine.CacheLayout.CacheTensor;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.OnnxRuntimeEngine;
import ai.autoglm.toolkit.engine.OnnxRuntimeSettings;
import ai.autoglm.toolkit.engine.Shape;
import ai.autoglm.toolkit.engine.Tensor;
import ai.autoglm.toolkit.position.RotaryTable;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Runs a decoder of FLOAT16 once in fp32 and on the CPU, over a prompt, to see how large the numbers get that it keeps
/// in FLOAT16. Weights are widened product by product: slow, but of a model of any size little more is in memory than
/// its largest matrix.
final class Calibration {
    private static final int MAX_TOKENS = 256;

    private final Bundle bundle;
    private final DecoderSpec spec;

    Calibration(Bundle bundle) {
        this.bundle = bundle;
        this.spec = bundle.manifest().decoder();
    }

    /// Largest magnitudes over a text, layer by layer in the order of the graph.
    List<LayerMagnitude> measure(String text) throws IOException {
        TokenIds tokens;
        try (Tokenizer tokenizer = Tokenizer.load(bundle.tokenizer())) {
            tokens = tokenizer.encodeText(text);
        }
        return measure(tokens.slice(0, Math.min(tokens.size(), Math.min(MAX_TOKENS, spec.maxPositions()))));
    }

    private List<LayerMagnitude> measure(TokenIds tokens) throws IOException {
        MagnitudeProbe probe = MagnitudeProbe.of(bundle.decoder());
        Path graph = bundle.decoder().resolveSibling("decoder-calibration.onnx");
        Files.write(graph, probe.model().toByteArray());
        ModelPart whole = new BundleParts(bundle).decoder(new DecoderLimits(1, tokens.size(), tokens.size()));
        ModelPart part = new ModelPart(whole.kind(), graph, whole.bundleId(), whole.limits());
        try (OnnxRuntimeEngine engine = new OnnxRuntimeEngine(OnnxRuntimeSettings.frugal());
                ModelSession session = engine.open(part);
                Arena arena = Arena.ofShared()) {
            Map<String, Tensor> inputs = inputs(tokens, arena);
            Map<String, Tensor> outputs = caches(tokens.size(), inputs, arena);
            outputs.put("logits", Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, spec.vocabularySize())));
            Map<String, Tensor> magnitudes = new HashMap<>();
            probe.outputs()
                    .forEach(output ->
                            magnitudes.put(output.name(), Tensor.allocate(arena, ElementType.FLOAT32, Shape.of())));
            outputs.putAll(magnitudes);
            session.run(inputs, outputs);
            return probe.layers(output -> FloatView.of(Objects.requireNonNull(magnitudes.get(output.name())))
                    .at(0));
        } finally {
            Files.deleteIfExists(graph);
        }
    }

    private Map<String, Tensor> inputs(TokenIds tokens, Arena arena) throws IOException {
        int rows = tokens.size();
        RotarySpec rotary = spec.rotary();
        int half = rotary.rotaryDimension() / 2;
        Tensor cos = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, rows, half));
        Tensor sin = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, rows, half));
        FloatBuffer cosines = cos.floats();
        FloatBuffer sines = sin.floats();
        // Positions of a text are the same on all axes.
        RotaryTable table = RotaryTable.text(rotary.rotaryDimension(), rotary.theta());
        Tensor mask = Tensor.allocate(arena, ElementType.BOOL, Shape.of(1, 1, rows, rows));
        for (int row = 0; row < rows; row++) {
            table.write(row, cosines, sines);
            mask.data().asSlice((long) row * rows, row + 1L).fill((byte) 1);
        }
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put("inputs_embeds", embed(tokens, arena));
        inputs.put("rope_cos", cos);
        inputs.put("rope_sin", sin);
        inputs.put("attn_mask", mask);
        inputs.put("write_indices", Tensor.allocate(arena, ElementType.INT64, Shape.of(1)));
        Tensor last = Tensor.allocate(arena, ElementType.INT64, Shape.of(1, 1));
        last.data().set(ValueLayout.JAVA_LONG, 0, rows - 1L);
        inputs.put("last_index", last);
        return inputs;
    }

    private Tensor embed(TokenIds tokens, Arena arena) throws IOException {
        int width = spec.hiddenSize();
        Tensor rows = Tensor.allocate(arena, ElementType.FLOAT32, Shape.of(1, tokens.size(), width));
        FloatView target = FloatView.of(rows);
        try (FileChannel file = FileChannel.open(bundle.embedTokens())) {
            MemorySegment mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
            FloatView table = new FloatView(bundle.manifest().precision().rowType(), mapped);
            for (int row = 0; row < tokens.size(); row++) {
                table.slice((long) tokens.at(row) * width, width).copyTo(target.slice((long) row * width, width));
            }
        }
        return rows;
    }

    /// Caches of this run's rows, put among the inputs; returned as outputs.
    private Map<String, Tensor> caches(int rows, Map<String, Tensor> inputs, Arena arena) {
        CacheLayout layout = BundleParts.decoderCache(spec, ElementType.FLOAT32, new DecoderLimits(1, rows, rows));
        Map<String, Tensor> outputs = new HashMap<>();
        for (CacheTensor cache : layout.tensors()) {
            Tensor tensor = Tensor.allocate(arena, ElementType.FLOAT32, layout.shape(1));
            inputs.put(cache.input(), tensor);
            outputs.put(cache.output(), tensor);
        }
        return outputs;
    }
}
