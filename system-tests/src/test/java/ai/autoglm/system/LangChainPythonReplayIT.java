package ai.autoglm.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The call that users of the original make from Python, replayed as its bytes stand on the wire:
/// `ChatOpenAI(model="autoglm-phone-9b", temperature=0.5, base_url=…, api_key="EMPTY", extra_body={"enable_thinking":
/// True, "return_reasoning": True}, streaming=True).invoke("你是谁?")`.
@ExtendWith(SharedCluster.class)
final class LangChainPythonReplayIT {
    private static final String BODY = """
            {"messages":[{"content":"你是谁?","role":"user"}],"model":"autoglm-phone-9b","stream":true,\
            "temperature":0.5,"enable_thinking":true,"return_reasoning":true}""";

    private final URI gateway;

    LangChainPythonReplayIT(TestCluster cluster) {
        gateway = cluster.gateway();
    }

    @Test
    void contentIsTheFinalAnswerAlone() throws IOException {
        try (RawConnection connection = new RawConnection(gateway)) {
            connection.send(head(), BODY);
            ChatStream stream = ChatStream.parse(connection.receive().body());

            assertThat(stream.content())
                    .isNotBlank()
                    .doesNotContain("<think>", "</think>", "<answer>", "</answer>", "<|");
            assertThat(stream.reasoning()).isNotBlank().doesNotContain("<think>", "</think>");
            assertThat(stream.roles()).containsExactly("assistant");
            assertThat(stream.finishReasons()).containsExactly("stop");
        }
    }

    @Test
    void sendsNoUsageThatWasNotAskedFor() throws IOException {
        try (RawConnection connection = new RawConnection(gateway)) {
            connection.send(head(), BODY);

            assertThat(ChatStream.parse(connection.receive().body()).chunks())
                    .allSatisfy(chunk -> assertThat(chunk.has("usage")).isFalse())
                    .allSatisfy(
                            chunk -> assertThat(chunk.path("choices").size()).isEqualTo(1));
        }
    }

    @Test
    void streamsPlainEventsAndKeepsTheConnection() throws IOException {
        try (RawConnection connection = new RawConnection(gateway)) {
            connection.send(head(), BODY);
            RawConnection.Response first = connection.receive();

            assertThat(first.statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(first.headers())
                    .containsEntry("content-type", "text/event-stream; charset=utf-8")
                    .containsEntry("cache-control", "no-cache")
                    .containsKey("x-request-id")
                    .doesNotContainKeys("content-encoding", "content-length");
            connection.send(head(), BODY);
            assertThat(connection.receive().statusLine()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private String head() {
        return """
                POST /v1/chat/completions HTTP/1.1
                Host: %s:%d
                Accept-Encoding: gzip, deflate
                Connection: keep-alive
                Accept: application/json
                Content-Type: application/json
                User-Agent: OpenAI/Python 2.9.0
                X-Stainless-Lang: python
                X-Stainless-Package-Version: 2.9.0
                X-Stainless-OS: Linux
                X-Stainless-Arch: x64
                X-Stainless-Runtime: CPython
                X-Stainless-Runtime-Version: 3.12.3
                Authorization: Bearer EMPTY
                X-Stainless-Async: false
                x-stainless-retry-count: 0
                x-stainless-read-timeout: 600
                """.formatted(gateway.getHost(), gateway.getPort());
    }
}
