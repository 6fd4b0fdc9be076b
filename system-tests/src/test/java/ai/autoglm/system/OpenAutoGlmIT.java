package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.launch.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What the phone agent Open-AutoGLM sends, and what it needs back. Source: MODEL_SPEC D.2, D.4 and D.5.
@ExtendWith(SharedCluster.class)
final class OpenAutoGlmIT {
    private static final String SYSTEM =
            "今天的日期是: 2025年12月11日 星期四\n你是一个手机助手。\n" + "<think>{think}</think>\n<answer>{action}</answer>";

    private static final int SYSTEM_PROMPT_TOKENS = 3500;
    private static final List<String> SCREENS = List.of("screen0.png", "screen2.png", "screen3.png", "screen4.png");

    private final TestCluster cluster;
    private final ChatApi api;

    OpenAutoGlmIT(TestCluster cluster) {
        this.cluster = cluster;
        api = cluster.api();
    }

    @Test
    void answersTheHealthProbeThatLeavesNoRoomForAnAnswer() {
        Map<String, Object> probe = ChatRequests.ask("Hi");
        probe.put("max_tokens", 5);

        ChatAnswer answer = api.send(probe);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("choices")).hasSize(1);
        assertThat(answer.completionTokens()).isEqualTo(5);
        assertThat(answer.finishReason()).isEqualTo("length");
    }

    @Test
    void leavesTheTagsInTheContentOfTwoSteps() {
        List<Object> messages = new ArrayList<>();
        messages.add(ChatRequests.message("system", SYSTEM));
        messages.add(ChatRequests.message(
                "user", ChatRequests.image(Repository.golden("screen0.png")), "按播放按钮\n\n{\"current_app\": \"音乐\"}"));
        String firstStep = step(messages);

        messages.removeLast();
        messages.add(Map.of(
                "role",
                "user",
                "content",
                List.of(Map.of("type", "text", "text", "按播放按钮\n\n{\"current_app\": \"音乐\"}"))));
        messages.add(ChatRequests.message("assistant", history(firstStep)));
        messages.add(ChatRequests.message(
                "user",
                ChatRequests.image(Repository.golden("screen2.png")),
                "** Screen Info **\n\n{\"current_app\": \"音乐\"}"));
        step(messages);
    }

    /// The whole task of an agent, with a system prompt of the size and shape of the real one, which the
    /// embedded model never saw: what it does makes no sense, but each reply can be read, and each step
    /// finds the prompt in the cache.
    @Test
    void everyReplyOfATaskIsAnActionThatTheClientCanParse() {
        double cachedBefore = cluster.metric(Service.DECODER, "vllm:prefix_cache_hits_total");
        List<Object> messages = new ArrayList<>();
        messages.add(ChatRequests.message("system", Repository.text("phone-agent-prompt.txt")));
        String text = "打开设置\n\n{\"current_app\": \"System Home\"}";
        for (String screen : SCREENS) {
            messages.add(ChatRequests.message("user", ChatRequests.image(Repository.golden(screen)), text));
            Map<String, Object> request = request(messages);
            request.put("structured_outputs", Map.of("name", "autoglm-phone-action"));

            String content = api.stream(request).content();

            PhoneAction action = PhoneAction.parse(content);
            assertThat(action.name()).isNotEmpty();
            messages.removeLast();
            messages.add(Map.of("role", "user", "content", List.of(Map.of("type", "text", "text", text))));
            messages.add(ChatRequests.message("assistant", history(content)));
            text = "** Screen Info **\n\n{\"current_app\": \"System Home\"}";
        }

        assertThat(cluster.metric(Service.DECODER, "vllm:prefix_cache_hits_total") - cachedBefore)
                .isGreaterThan((SCREENS.size() - 1) * SYSTEM_PROMPT_TOKENS);
    }

    /// One step of the agent: only `delta.content` is read.
    private String step(List<Object> messages) {
        ChatStream stream = api.stream(request(messages));

        assertThat(stream.content())
                .startsWith("<think>")
                .contains("</think>", "<answer>")
                .doesNotContain("<|");
        assertThat(stream.reasoning()).isEmpty();
        assertThat(stream.finishReasons()).hasSize(1);
        return stream.content();
    }

    private static Map<String, Object> request(List<Object> messages) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("messages", messages);
        request.put("model", "autoglm-phone-9b");
        request.put("max_tokens", 3000);
        request.put("temperature", 0.0);
        request.put("top_p", 0.85);
        request.put("frequency_penalty", 0.2);
        request.put("stream", true);
        return request;
    }

    /// The agent puts whatever came before the action into tags of its own.
    private static String history(String content) {
        int action = Math.max(content.indexOf("do(action="), content.indexOf("finish(message="));
        return action < 0
                ? "<think></think><answer>" + content + "</answer>"
                : "<think>" + content.substring(0, action) + "</think><answer>" + content.substring(action)
                        + "</answer>";
    }
}
