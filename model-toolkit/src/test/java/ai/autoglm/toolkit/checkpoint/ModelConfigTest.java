package ai.autoglm.toolkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
    private static final Path CHECKPOINTS =
            Path.of(System.getProperty("autoglm.root"), "model-toolkit/src/test/resources/checkpoints");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"glm4v-rope-parameters-sharded", "glm4v-rope-scaling", "glm4v-flat"})
    void everySpellingGivesTheSameRotarySettings(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve(name))) {
            TextConfig text = ModelConfig.read(checkpoint).text();

            assertThat(text.rope()).isEqualTo(new RopeConfig(10_000, 0.5, List.of(1, 1, 2)));
            assertThat(text.family()).isEqualTo(TextConfig.Family.GLM4);
        }
    }

    @Test
    void readsATiedLlama() {
        try (Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve("llama-tied"))) {
            ModelConfig config = ModelConfig.read(checkpoint);

            assertThat(config.text().tiedEmbeddings()).isTrue();
            assertThat(config.text().rope()).isEqualTo(new RopeConfig(100_000, 1.0, List.of()));
            assertThat(config.vision()).isNull();
            assertThat(config.tokens().endOfSequence()).containsExactly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"architectures\":[\"BertModel\"]}",
                "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":64}",
                "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":\"wide\",\"num_attention_heads\":4}",
                "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":64,\"num_attention_heads\":4,\"hidden_act\":\"relu\"}"
            })
    void saysWhichKeyCannotBeServed(String config) throws IOException {
        Files.writeString(directory.resolve("config.json"), config);
        Files.copy(CHECKPOINTS.resolve("llama-tied/model.safetensors"), directory.resolve("model.safetensors"));

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            assertThatThrownBy(() -> ModelConfig.read(checkpoint))
                    .isInstanceOfSatisfying(
                            ServingException.class,
                            error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                    .hasMessageContaining("config.json");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "eos_token_id, 2047, true",
        "eos_token_id, 2048, false",
        "eos_token_id, '[2,2048]', false",
        "eos_token_id, -1, false",
        "image_token_id, 2048, false",
        "audio_token_id, 2048, false"
    })
    void refusesATokenOutsideTheVocabulary(String key, String value, boolean taken) throws IOException {
        Files.writeString(directory.resolve("config.json"), """
                {"architectures":["LlamaForCausalLM"],"vocab_size":2048,"hidden_size":64,"num_attention_heads":4,
                "intermediate_size":160,"num_hidden_layers":1,"%s":%s}""".formatted(key, value));
        Files.copy(CHECKPOINTS.resolve("llama-tied/model.safetensors"), directory.resolve("model.safetensors"));

        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            if (taken) {
                assertThat(ModelConfig.read(checkpoint).tokens().endOfSequence())
                        .containsExactly(2047);
            } else {
                assertThatThrownBy(() -> ModelConfig.read(checkpoint))
                        .isInstanceOfSatisfying(
                                ServingException.class,
                                error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                        .hasMessageContaining(key)
                        .hasMessageContaining("vocab_size of 2048");
            }
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{}");
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\"}}");

        assertThatThrownBy(() -> Checkpoint.open(directory)).hasMessageContaining("model-00001-of-00002.safetensors");
    }
}
