package ai.autoglm.toolkit.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.bundle.Precision;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfRangeCheckTest {
    private final List<LayerMagnitude> magnitudes = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void reportsTheLargestActivationOfEachLayer() throws IOException {
        Bundle bundle = compile(TestFiles.checkpoint("glm4v-flat"), Precision.FP16);

        int layers = bundle.manifest().decoder().layerCount();
        List<String> expected = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            expected.addAll(List.of("layers." + layer + ".attention", "layers." + layer + ".mlp"));
        }
        expected.add("head");
        assertThat(magnitudes).extracting(LayerMagnitude::layer).containsExactlyElementsOf(expected);
        assertThat(magnitudes)
                .allSatisfy(layer -> assertThat(layer.magnitude()).isPositive().isLessThan(1000));
        assertThat(Files.readAllLines(bundle.directory().resolve(HalfRangeCheck.FILE)))
                .hasSize(expected.size());
        assertThat(bundle.directory().resolve("decoder-calibration.onnx")).doesNotExist();
    }

    @Test
    void aModelWhoseNumbersDoNotFitIsRefusedAndLeavesNoBundle() throws IOException {
        Path checkpoint = TestFiles.copyOfCheckpoint(directory, "llama-tied");
        fill(checkpoint.resolve("model.safetensors"), "model.layers.1.post_attention_layernorm.weight", 30_000);

        for (Precision precision : List.of(Precision.FP16, Precision.INT4_FP16)) {
            assertThatThrownBy(() -> compile(checkpoint, precision))
                    .isInstanceOf(ServingException.class)
                    .hasMessageStartingWith(
                            "This model does not fit --precision " + precision + ": layers.1.mlp reaches ")
                    .hasMessageEndingWith("use --precision bf16.");
        }
        assertThat(directory.resolve("bundle")).doesNotExist();
        assertThat(compile(checkpoint, Precision.BF16).manifest().precision()).isEqualTo(Precision.BF16);
    }

    @Test
    void aNumberThatIsNoneIsRefusedToo() {
        List<LayerMagnitude> broken = List.of(new LayerMagnitude("layers.0.mlp", "x", Float.NaN));

        assertThatThrownBy(() -> HalfRangeCheck.requireFit(broken, Precision.FP16))
                .hasMessageContaining("layers.0.mlp");
    }

    private Bundle compile(Path checkpoint, Precision precision) {
        CompileProgress progress = new CompileProgress() {
            @Override
            public void begin(String step, long totalBytes) {}

            @Override
            public void advance(long bytes) {}

            @Override
            public void calibrated(List<LayerMagnitude> measured) {
                magnitudes.addAll(measured);
            }
        };
        return new BundleCompiler(new CompileOptions(precision, ContentFormat.PARTS), progress)
                .compile(checkpoint, directory.resolve("bundle"));
    }

    /// Overwrites every element of a weight. Source of the layout: the safetensors format.
    private static void fill(Path safetensors, String weight, float value) throws IOException {
        byte[] bytes = Files.readAllBytes(safetensors);
        int header = Math.toIntExact(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
        JsonNode entry = new JsonMapper()
                .readTree(new String(bytes, Long.BYTES, header, StandardCharsets.UTF_8))
                .get(weight);
        int start = Long.BYTES + header + entry.get("data_offsets").get(0).asInt();
        int end = Long.BYTES + header + entry.get("data_offsets").get(1).asInt();
        ElementType type = entry.get("dtype").asText().equals("BF16") ? ElementType.BFLOAT16 : ElementType.FLOAT32;
        FloatView elements = new FloatView(type, MemorySegment.ofArray(bytes).asSlice(start, end - start));
        float[] values = new float[Math.toIntExact(elements.size())];
        Arrays.fill(values, value);
        elements.write(0, values, 0, values.length);
        Files.write(safetensors, bytes);
    }
}
