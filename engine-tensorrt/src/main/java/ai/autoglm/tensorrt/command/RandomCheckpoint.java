package ai.autoglm.tensorrt.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// A checkpoint of AutoGLM-Phone-9B's shape with random bf16 weights: what speed and memory are measured with where the
/// real one is not at hand. Source of names and shapes: MODEL_SPEC A.1, A.4, B.6.
public final class RandomCheckpoint {
    private static final int CHUNK_BYTES = 8 << 20;
    private static final double SPREAD = 0.02;

    private final Sizes sizes;
    private final List<Entry> entries = new ArrayList<>();

    /// What a checkpoint of this architecture may differ in.
    public record Sizes(
            int layers,
            int hidden,
            int heads,
            int kvHeads,
            int intermediate,
            int vocabulary,
            int visionDepth,
            int visionHidden,
            int visionHeads) {
        /// AutoGLM-Phone-9B's own, but for the number of layers.
        ///
        /// @param layers 40 in the whole model
        /// @param visionDepth 24 in the whole model
        public static Sizes phone9b(int layers, int visionDepth) {
            return new Sizes(layers, 4096, 32, 2, 13_696, 151_552, visionDepth, 1536, 12);
        }
    }

    private record Entry(String name, List<Long> shape) {
        long elementCount() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    public RandomCheckpoint(Sizes sizes) {
        this.sizes = sizes;
        language();
        vision();
    }

    private void language() {
        int head = sizes.hidden() / sizes.heads();
        long keys = (long) sizes.kvHeads() * head;
        String model = "model.language_model.";
        add(model + "embed_tokens.weight", sizes.vocabulary(), sizes.hidden());
        for (int layer = 0; layer < sizes.layers(); layer++) {
            String name = model + "layers." + layer + ".";
            add(name + "self_attn.q_proj.weight", sizes.hidden(), sizes.hidden());
            add(name + "self_attn.q_proj.bias", sizes.hidden());
            for (String projection : List.of("k_proj", "v_proj")) {
                add(name + "self_attn." + projection + ".weight", keys, sizes.hidden());
                add(name + "self_attn." + projection + ".bias", keys);
            }
            add(name + "self_attn.o_proj.weight", sizes.hidden(), sizes.hidden());
            add(name + "mlp.gate_up_proj.weight", 2L * sizes.intermediate(), sizes.hidden());
            add(name + "mlp.down_proj.weight", sizes.hidden(), sizes.intermediate());
            for (String norm : List.of(
                    "input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm")) {
                add(name + norm + ".weight", sizes.hidden());
            }
        }
        add(model + "norm.weight", sizes.hidden());
        add("lm_head.weight", sizes.vocabulary(), sizes.hidden());
    }

    private void vision() {
        long hidden = sizes.visionHidden();
        String model = "model.visual.";
        add(model + "patch_embed.proj.weight", hidden, 3, 2, 14, 14);
        add(model + "patch_embed.proj.bias", hidden);
        add(model + "post_conv_layernorm.weight", hidden);
        add(model + "post_layernorm.weight", hidden);
        add(model + "embeddings.position_embedding.weight", 24 * 24, hidden);
        for (int block = 0; block < sizes.visionDepth(); block++) {
            String name = model + "blocks." + block + ".";
            add(name + "norm1.weight", hidden);
            add(name + "norm2.weight", hidden);
            add(name + "attn.qkv.weight", 3 * hidden, hidden);
            add(name + "attn.proj.weight", hidden, hidden);
            add(name + "mlp.gate_proj.weight", sizes.hidden(), hidden);
            add(name + "mlp.up_proj.weight", sizes.hidden(), hidden);
            add(name + "mlp.down_proj.weight", hidden, sizes.hidden());
        }
        add(model + "downsample.weight", sizes.hidden(), hidden, 2, 2);
        add(model + "downsample.bias", sizes.hidden());
        add(model + "merger.proj.weight", sizes.hidden(), sizes.hidden());
        add(model + "merger.post_projection_norm.weight", sizes.hidden());
        add(model + "merger.post_projection_norm.bias", sizes.hidden());
        add(model + "merger.gate_proj.weight", sizes.intermediate(), sizes.hidden());
        add(model + "merger.up_proj.weight", sizes.intermediate(), sizes.hidden());
        add(model + "merger.down_proj.weight", sizes.hidden(), sizes.intermediate());
    }

    private void add(String name, long... shape) {
        entries.add(new Entry(name, Arrays.stream(shape).boxed().toList()));
    }

    /// @param tokenizer any model's: what is measured has no text
    public void write(Path directory, Path tokenizer) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), config());
        Files.copy(tokenizer, directory.resolve("tokenizer.json"));
        try (FileChannel channel = FileChannel.open(
                directory.resolve("model.safetensors"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] header = header().getBytes(StandardCharsets.UTF_8);
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            writeFully(channel, start.putLong(header.length).put(header).flip());
            SplittableRandom random = new SplittableRandom(9);
            for (Entry entry : entries) {
                writeWeights(channel, entry, random);
            }
        }
    }

    private String config() {
        int half = sizes.hidden() / sizes.heads() / 4;
        int first = half / 4;
        int second = (half - first) / 2;
        return """
                {"architectures": ["Glm4vForConditionalGeneration"], "model_type": "glm4v",
                 "tie_word_embeddings": false, "image_token_id": %d, "vocab_size": %d, "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                 "num_key_value_heads": %d, "rms_norm_eps": 1e-05, "attention_bias": true, "hidden_act": "silu",
                 "max_position_embeddings": 65536, "eos_token_id": [0],
                 "rope_parameters": {"rope_type": "default", "rope_theta": 10000, "partial_rotary_factor": 0.5,
                   "mrope_section": [%d, %d, %d]},
                 "vision_config": {"depth": %d, "hidden_size": %d, "num_heads": %d, "intermediate_size": %d,
                   "out_hidden_size": %d, "image_size": 336, "patch_size": 14, "temporal_patch_size": 2,
                   "spatial_merge_size": 2, "in_channels": 3, "rms_norm_eps": 1e-05, "attention_bias": false,
                   "hidden_act": "silu"}}
                """.formatted(
                        sizes.vocabulary() - 1,
                        sizes.vocabulary(),
                        sizes.hidden(),
                        sizes.intermediate(),
                        sizes.layers(),
                        sizes.heads(),
                        sizes.kvHeads(),
                        first,
                        second,
                        half - first - second,
                        sizes.visionDepth(),
                        sizes.visionHidden(),
                        sizes.visionHeads(),
                        sizes.intermediate(),
                        sizes.hidden());
    }

    private String header() {
        List<String> lines = new ArrayList<>();
        long offset = 0;
        for (Entry entry : entries) {
            long end = offset + entry.elementCount() * Short.BYTES;
            String shape = entry.shape().stream().map(Object::toString).collect(Collectors.joining(","));
            lines.add("\"%s\":{\"dtype\":\"BF16\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                    .formatted(entry.name(), shape, offset, end));
            offset = end;
        }
        String text = "{" + String.join(",", lines) + "}";
        return text + " ".repeat(Math.floorMod(-text.length(), Long.BYTES));
    }

    /// Norms are about one, everything else about zero: activations stay of the size that real ones have.
    private static void writeWeights(FileChannel channel, Entry entry, SplittableRandom random) throws IOException {
        float middle = entry.name().contains("norm") && entry.name().endsWith("weight") ? 1 : 0;
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long index = 0; index < entry.elementCount(); index++) {
            float value = (float) (middle + (random.nextDouble() * 2 - 1) * SPREAD);
            chunk.putShort((short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
            if (!chunk.hasRemaining()) {
                writeFully(channel, chunk.flip());
                chunk.clear();
            }
        }
        writeFully(channel, chunk.flip());
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
