package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.CompileOptions;
import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The embedded model with a chat template that tells it of tools, compiled, and left to choose.
///
/// The model was never taught to call one. So that it does all the same, the request leaves it no other way: of the few
/// tokens that it allows, it bans every sequence but one. No grammar and no forced call are involved: the gateway finds
/// the call in what the decoder wrote.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolChoiceAutoIT {
    private static final String TEMPLATE = "chat_template.jinja";

    /// Each of them one token, in the order in which they make a call.
    private static final List<String> CALL = List.of("phone", "\n", "{", "}");

    private static final String END_OF_CALL = "<|observation|>";
    private static final Map<String, Object> TOOL =
            Map.of("type", "function", "function", Map.of("name", "phone", "description", "Opens the phone app"));

    private TestCluster cluster;

    @BeforeAll
    void startCluster() throws IOException {
        cluster = TestCluster.start("tool-choice-auto", Map.of("autoglm.bundle", bundle().toString()));
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void theModelCallsAToolAndGoesOnWithItsResult() {
        Map<String, Object> question = withTool(ChatRequests.ask("Call home."));
        Map<String, Object> request = leavingOnlyACall(question);

        ChatAnswer answer = cluster.api().send(request);
        ChatStream stream = cluster.api().stream(request);

        assertThat(answer.body().at("/choices/0/message/content").isNull()).isTrue();
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
        JsonNode call = answer.body().at("/choices/0/message/tool_calls/0");
        assertThat(call.at("/function/name").asText()).isEqualTo("phone");
        assertThat(call.at("/function/arguments").asText()).isEqualTo("{}");
        assertThat(answer.completionTokens()).isEqualTo(CALL.size());
        assertThat(stream.finishReasons()).containsExactly("tool_calls");
        assertThat(stream.content()).isEmpty();
        assertThat(functions(stream, "name")).isEqualTo("phone");
        assertThat(functions(stream, "arguments")).isEqualTo("{}");

        ChatAnswer next = cluster.api().send(withResult(question, call));

        assertThat(next.content()).isNotBlank();
        assertThat(next.body().at("/choices/0/message/tool_calls").isMissingNode())
                .isTrue();
        assertThat(next.promptTokens()).isGreaterThan(answer.promptTokens() + CALL.size());
    }

    @Test
    void theModelAnswersInWordsInstead() {
        ChatAnswer answer = cluster.api().send(withTool(ChatRequests.ask("Who are you?")));
        ChatAnswer without = cluster.api().send(ChatRequests.ask("Who are you?"));

        assertThat(answer.content()).isNotBlank();
        assertThat(answer.body().at("/choices/0/message/tool_calls").isMissingNode())
                .isTrue();
        assertThat(answer.promptTokens()).as("the tool is told").isGreaterThan(without.promptTokens() + 20);
    }

    private static Map<String, Object> withTool(Map<String, Object> request) {
        return ChatRequests.with(ChatRequests.with(request, "enable_thinking", false), "tools", List.of(TOOL));
    }

    private static Map<String, Object> leavingOnlyACall(Map<String, Object> request) {
        Tokenizer tokenizer = Tokenizer.load(Repository.CHECKPOINT.resolve("tokenizer.json"));
        List<Integer> ids = Stream.concat(CALL.stream(), Stream.of(END_OF_CALL))
                .map(text -> tokenizer.encodeText(text).size() == 1
                        ? tokenizer.encodeText(text).at(0)
                        : tokenizer.idOf(text).orElseThrow())
                .toList();
        Map<String, Object> only = ChatRequests.with(request, "allowed_token_ids", ids);
        only.put("logit_bias", Map.of(ids.getFirst().toString(), 100));
        only.put("min_tokens", CALL.size());
        only.put("bad_words", otherSequences());
        return only;
    }

    /// After each beginning of the call, every token but the one that is due.
    private static List<String> otherSequences() {
        List<String> sequences = new ArrayList<>();
        for (int length = 1; length <= CALL.size(); length++) {
            String beginning = String.join("", CALL.subList(0, length));
            String due = length < CALL.size() ? CALL.get(length) : "";
            CALL.stream().filter(token -> !token.equals(due)).forEach(token -> sequences.add(beginning + token));
        }
        return sequences;
    }

    private static Map<String, Object> withResult(Map<String, Object> request, JsonNode call) {
        return ChatRequests.with(
                request,
                "messages",
                List.of(
                        ChatRequests.message("user", "Call home."),
                        Map.of("role", "assistant", "content", "", "tool_calls", List.of(call)),
                        Map.of(
                                "role",
                                "tool",
                                "tool_call_id",
                                call.path("id").asText(),
                                "content",
                                "The phone app is open.")));
    }

    private static String functions(ChatStream stream, String field) {
        return stream.chunks().stream()
                .map(chunk -> chunk.at("/choices/0/delta/tool_calls/0/function").path(field))
                .map(JsonNode::asText)
                .collect(Collectors.joining());
    }

    /// The embedded checkpoint with the other template.
    private static Path bundle() throws IOException {
        Path checkpoint = Files.createDirectories(Repository.OUTPUT.resolve("checkpoint-with-tools"));
        try (Stream<Path> files = Files.list(Repository.CHECKPOINT)) {
            for (Path file : files.toList()) {
                Path copy = checkpoint.resolve(file.getFileName());
                if (!file.getFileName().toString().startsWith("chat_template") && !Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
        }
        Files.writeString(checkpoint.resolve(TEMPLATE), Repository.text("chat_template_with_tools.jinja"));
        return new BundleCompiler(CompileOptions.defaults(), CompileProgress.silent())
                .compileIfChanged(checkpoint, Repository.OUTPUT.resolve("bundle-with-tools"))
                .directory();
    }
}
