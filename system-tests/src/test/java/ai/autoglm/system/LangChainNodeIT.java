package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients for Node: LangChain's and OpenAI's own. Skipped where there is no npm, unless the environment variable
/// AUTOGLM_REQUIRE_NODE is 1.
@ExtendWith(SharedCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LangChainNodeIT {
    private static final Path CLIENTS = Repository.ROOT.resolve("system-tests/src/test/node");
    private static final String THOUGHT = "用户在问我的身份。";

    private JsonNode results = Json.read("{}");

    @BeforeAll
    void askWithEachClient(TestCluster cluster) throws InterruptedException {
        if (!"1".equals(System.getenv("AUTOGLM_REQUIRE_NODE"))) {
            assumeTrue(isInstalled("npm"), "npm is not installed");
        }
        if (!Files.isDirectory(CLIENTS.resolve("node_modules"))) {
            Command.run(CLIENTS, Duration.ofMinutes(2), List.of("npm", "ci", "--no-audit", "--no-fund"))
                    .requireSuccess();
        }
        Command.Result result =
                Command.run(CLIENTS, Duration.ofMinutes(1), List.of("node", "clients.mjs", cluster.gateway() + "/v1"));
        results = Json.read(result.requireSuccess().output());
    }

    @Test
    void langChainStreamsTheAnswerAndKeepsTheThoughtApart() {
        JsonNode answer = results.path("langchain");

        assertThat(answer.path("content").asText()).startsWith("我是 AutoGLM-Phone-Mini");
        assertThat(answer.path("reasoning").asText()).isEqualTo(THOUGHT);
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/input_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void openAiClientAccumulatesTheStream() {
        JsonNode answer = results.path("openai");

        assertThat(answer.path("role").asText()).isEqualTo("assistant");
        assertThat(answer.path("content").asText()).startsWith("我是 AutoGLM-Phone-Mini");
        assertThat(answer.path("finishReason").asText()).isEqualTo("stop");
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .isEqualTo(GoldenCase.named("text-zh").promptTokenCount());
    }

    @Test
    void openAiClientReadsAnError() {
        JsonNode error = results.at("/openai/error");

        assertThat(error.path("status").asInt()).isEqualTo(404);
        assertThat(error.path("code").asText()).isEqualTo("model_not_found");
        assertThat(error.path("message").asText()).contains("gpt-4o");
    }

    private static boolean isInstalled(String command) throws InterruptedException {
        return Command.run(CLIENTS, Duration.ofSeconds(10), List.of("sh", "-c", "command -v " + command))
                        .status()
                == 0;
    }
}
