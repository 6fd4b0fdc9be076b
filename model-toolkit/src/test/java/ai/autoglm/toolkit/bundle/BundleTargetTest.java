package ai.autoglm.toolkit.bundle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.engine.Engine;
import ai.autoglm.toolkit.engine.ModelPart;
import ai.autoglm.toolkit.engine.ModelSession;
import ai.autoglm.toolkit.engine.Target;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundleTargetTest {
    private static final Engine CPU = new NamedEngine("onnxruntime", Target.CPU);
    private static final Engine GPU = new NamedEngine("tensorrt", Target.GPU);

    @Test
    void aDecoderRunsOnWhatItsBundleIsFor() {
        assertThatCode(() -> bundle(Precision.INT4).requireFor(CPU, ModelPart.Kind.DECODER))
                .doesNotThrowAnyException();
        assertThatCode(() -> bundle(Precision.BF16).requireFor(GPU, ModelPart.Kind.DECODER))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> bundle(Precision.BF16).requireFor(CPU, ModelPart.Kind.DECODER))
                .hasMessage("b is a bundle for a GPU (bf16), but onnxruntime computes on a CPU: compile the checkpoint"
                        + " with --precision fp32, int8 or int4.");
        assertThatThrownBy(() -> bundle(Precision.INT8).requireFor(GPU, ModelPart.Kind.DECODER))
                .hasMessage("b is a bundle for a CPU (int8), but tensorrt computes on a GPU: compile the checkpoint"
                        + " with --precision fp16, bf16 or int4-fp16.");
    }

    @Test
    void anEncoderOfABundleForGpusMayRunOnTheCpu() {
        assertThatCode(() -> bundle(Precision.BF16).requireFor(CPU, ModelPart.Kind.VISION_ENCODER))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> bundle(Precision.INT8).requireFor(GPU, ModelPart.Kind.AUDIO_ENCODER))
                .hasMessageContaining("is a bundle for a CPU (int8)");
    }

    private static Bundle bundle(Precision precision) {
        RotarySpec rotary = new RotarySpec(10_000, 8, false, List.of());
        return new Bundle(
                Path.of("b"),
                new BundleManifest(
                        BundleManifest.FORMAT_VERSION,
                        "id",
                        "source",
                        "sha256",
                        "LlamaForCausalLM",
                        precision,
                        ContentFormat.PARTS,
                        new DecoderSpec(8, 8, 1, 1, 1, 8, 128, rotary),
                        null,
                        null,
                        null,
                        new TokenSpec(List.of(1), null, null),
                        new GenerationDefaults(1, 1, 0, 1)));
    }

    private record NamedEngine(String name, Target target) implements Engine {
        @Override
        public ModelSession open(ModelPart part) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
