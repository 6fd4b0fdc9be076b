package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// config.json in any of its spellings: text fields flat or under `text_config`, rotary settings old or new.
/// Source: MODEL_SPEC A.1, E.1, F.
public record ModelConfig(
        String architecture,
        TextConfig text,
        @Nullable VisionConfig vision,
        @Nullable AudioConfig audio,
        @Nullable FusionConfig fusion,
        TokenSpec tokens) {

    /// Reads the configuration of `checkpoint`.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] naming the key that is missing or unsupported
    public static ModelConfig read(Checkpoint checkpoint) {
        JsonNode root = checkpoint.json("config.json");
        ConfigNode config = new ConfigNode("", root);
        ConfigNode text = root.path("text_config").isObject() ? config.child("text_config") : config;
        String architecture = root.path("architectures")
                .path(0)
                .asText(root.path("model_type").asText());
        TextConfig textConfig = TextConfig.read(text, family(architecture), tied(root, text.node()));
        TokenSpec tokens = tokens(root, text.node(), checkpoint.json("generation_config.json"));
        requireWithin(tokens, textConfig.vocabularySize());
        return new ModelConfig(
                architecture,
                textConfig,
                root.path("vision_config").isObject() ? VisionConfig.read(config.child("vision_config")) : null,
                root.path("audio_config").isObject() ? AudioConfig.read(config.child("audio_config")) : null,
                root.path("fusion_config").isObject() ? FusionConfig.read(config.child("fusion_config")) : null,
                tokens);
    }

    private static void requireWithin(TokenSpec tokens, int vocabularySize) {
        tokens.endOfSequence().forEach(id -> requireWithin("eos_token_id", id, vocabularySize));
        requireWithin("image_token_id", tokens.image(), vocabularySize);
        requireWithin("audio_token_id", tokens.audio(), vocabularySize);
    }

    private static void requireWithin(String key, @Nullable Integer id, int vocabularySize) {
        if (id != null && (id < 0 || id >= vocabularySize)) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT,
                    "The checkpoint's " + key + " is " + id + ", but config.json has a vocab_size of " + vocabularySize
                            + ".");
        }
    }

    private static TextConfig.Family family(String architecture) {
        return switch (architecture) {
            case "Glm4vForConditionalGeneration", "Glm4ForCausalLM", "glm4v", "glm4" -> TextConfig.Family.GLM4;
            case "LlamaForCausalLM", "GlmAsrForConditionalGeneration", "llama", "glmasr" -> TextConfig.Family.LLAMA;
            default ->
                throw new ServingException(
                        ErrorCode.INVALID_CHECKPOINT,
                        "config.json has the architecture \"" + architecture
                                + "\"; supported are Glm4v, Glm4, GlmAsr and Llama.");
        };
    }

    private static boolean tied(JsonNode root, JsonNode text) {
        JsonNode inner = text.path("tie_word_embeddings");
        return root.path("tie_word_embeddings").asBoolean(inner.asBoolean(false));
    }

    private static TokenSpec tokens(JsonNode root, JsonNode text, JsonNode generation) {
        // generation_config.json is what transformers stops on; config.json is the fallback.
        List<Integer> endOfSequence = ids(generation.path("eos_token_id"));
        if (endOfSequence.isEmpty()) {
            endOfSequence = ids(text.path("eos_token_id"));
        }
        if (endOfSequence.isEmpty()) {
            endOfSequence = ids(root.path("eos_token_id"));
        }
        return new TokenSpec(endOfSequence, id(root, text, "image_token_id"), id(root, text, "audio_token_id"));
    }

    private static List<Integer> ids(JsonNode node) {
        List<Integer> ids = new ArrayList<>();
        if (node.isNumber()) {
            ids.add(id(node));
        }
        node.forEach(element -> ids.add(id(element)));
        return ids;
    }

    /// -1 where it is none.
    private static int id(JsonNode node) {
        return node.isInt() ? node.asInt() : -1;
    }

    private static @Nullable Integer id(JsonNode root, JsonNode text, String key) {
        JsonNode node = root.path(key).isInt() ? root.path(key) : text.path(key);
        return node.isInt() ? node.asInt() : null;
    }
}
