package ai.autoglm.decoder;

import ai.autoglm.tensorrt.plan.LoadedPart;
import ai.autoglm.tensorrt.plan.PlanTensor;
import ai.autoglm.tensorrt.runtime.DeviceFailure;
import ai.autoglm.tensorrt.runtime.GraphSettings;
import ai.autoglm.tensorrt.runtime.TensorRtEngine;
import ai.autoglm.tensorrt.testing.FakeGpu;
import ai.autoglm.tensorrt.testing.FakePlan;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// [FakeGraphs] as an engine loads them.
enum FakeEngines {
    /// In host memory, as with ONNX Runtime.
    HOST,
    /// As TensorRT plans on a GPU that enforces addresses, aliasing, bounds and the order of streams.
    GPU;

    /// An engine over these graphs.
    Engine open(
            FakeGraphs.Decoder decoder,
            FakeGraphs.Fusion fusion,
            int cacheRows,
            int mediaRows,
            FakeGpu gpu,
            DeviceFailure failure) {
        return switch (this) {
            case HOST -> new HostEngine(decoder, fusion);
            case GPU ->
                new TensorRtEngine(
                        gpu,
                        part -> switch (part.kind()) {
                            case DECODER -> new LoadedPart(decoderPlan(gpu, decoder, cacheRows));
                            default -> new LoadedPart(fusionPlan(gpu, fusion, mediaRows));
                        },
                        GraphSettings.defaults(),
                        failure);
        };
    }

    static ModelPart part(ModelPart.Kind kind) {
        return new ModelPart(kind, Path.of(kind + ".onnx"), "bundle", Map.of());
    }

    private static FakePlan decoderPlan(FakeGpu gpu, FakeGraphs.Decoder decoder, long rows) {
        List<PlanTensor> tensors = new ArrayList<>(List.of(
                input("inputs_embeds", ElementType.FLOAT32, -1, -1, FakeGraphs.HIDDEN),
                input("rope_cos", ElementType.FLOAT32, -1, -1, 1),
                input("rope_sin", ElementType.FLOAT32, -1, -1, 1),
                input("attn_mask", ElementType.BOOL, -1, 1, -1, -1),
                input("write_indices", ElementType.INT64, -1),
                input("last_index", ElementType.INT64, -1, -1),
                output("logits", -1, FakeGraphs.VOCABULARY)));
        Map<String, String> aliases = new HashMap<>();
        for (int layer = 0; layer < FakeGraphs.DECODER.layerCount(); layer++) {
            for (String name : List.of("k_cache", "v_cache")) {
                tensors.add(input(name + "_" + layer, ElementType.FLOAT32, -1, 1, rows, 2));
                tensors.add(output(name + "_out_" + layer, -1, 1, rows, 2));
                aliases.put(name + "_out_" + layer, name + "_" + layer);
            }
        }
        return new FakePlan(gpu, tensors, aliases, 2, decoder::run);
    }

    private static FakePlan fusionPlan(FakeGpu gpu, FakeGraphs.Fusion fusion, long rows) {
        return new FakePlan(
                gpu,
                List.of(
                        input("inputs_embeds", ElementType.FLOAT32, 1, -1, FakeGraphs.HIDDEN),
                        input("media_index", ElementType.INT64, -1),
                        input("fused", ElementType.BOOL, 1, -1, 1),
                        input("attn_mask", ElementType.BOOL, 1, 1, -1, -1),
                        input("write_indices", ElementType.INT64, 1),
                        input("k_cache", ElementType.FLOAT32, 1, 1, rows, 2),
                        input("v_cache", ElementType.FLOAT32, 1, 1, rows, 2),
                        output("k_cache_out", 1, 1, rows, 2),
                        output("v_cache_out", 1, 1, rows, 2),
                        output("fused_embeds", 1, -1, FakeGraphs.HIDDEN)),
                Map.of("k_cache_out", "k_cache", "v_cache_out", "v_cache"),
                1,
                fusion::run);
    }

    private static PlanTensor input(String name, ElementType type, long... extents) {
        return new PlanTensor(name, true, type, boxed(extents));
    }

    private static PlanTensor output(String name, long... extents) {
        return new PlanTensor(name, false, ElementType.FLOAT32, boxed(extents));
    }

    private static List<Long> boxed(long... extents) {
        return Arrays.stream(extents).boxed().toList();
    }

    private record HostEngine(FakeGraphs.Decoder decoder, FakeGraphs.Fusion fusion) implements Engine {
        @Override
        public String name() {
            return "fake";
        }

        @Override
        public Target target() {
            return Target.CPU;
        }

        @Override
        public ModelSession open(ModelPart part) {
            return part.kind() == ModelPart.Kind.DECODER ? decoder : fusion;
        }

        @Override
        public void close() {}
    }
}
