package ai.autoglm.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.error.ErrorType;
import ai.autoglm.toolkit.error.ServingException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever arrives, the parser answers with a request or with an error that is the client's.
class ChatRequestFuzzTest {
    private static final int MUTATION_COUNT = 6_000;
    private static final String BODY = """
            {"model":"autoglm-phone-9b","stream":true,"stream_options":{"include_usage":true},"temperature":0.5,\
            "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"image_url",\
            "image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"auto"}},{"type":"text","text":"点击😀"},\
            {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]},{"role":"assistant","content":null,\
            "tool_calls":[{"id":"c1","type":"function","function":{"name":"tap","arguments":"{}"}}]},{"role":"tool",\
            "tool_call_id":"c1","content":"done"}],"max_tokens":3000,"top_p":0.85,"frequency_penalty":2e-1,"seed":42,\
            "stop":["a","b"],"logit_bias":{"5":-1.5},"stop_token_ids":[1,2],"chat_template_kwargs":\
            {"enable_thinking":true},"reasoning_effort":"low","n":2,"logprobs":true,"top_logprobs":3,"tools":[{"type":"function",\
            "function":{"name":"f","parameters":{"type":"object","properties":{"x":{"type":"integer"}}}}}],\
            "tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_schema",\
            "json_schema":{"name":"s","schema":{"type":"string","pattern":"^[a-z]{1,3}$"}}},"metadata":{"a":"b"},"extra_body":{"top_k":5}}""";
    private static final List<String> FRAGMENTS = List.of(
            "null",
            "true",
            "-1",
            "1e999",
            "9".repeat(40),
            "\"\"",
            "[]",
            "{}",
            "{\"a\":[{}]}",
            "\"\\ud800\"",
            "\\",
            "\"",
            ",",
            ":",
            "\u0000",
            "\"role\"",
            "NaN");

    @Test
    void takesNothingAmiss() {
        Random random = new Random(20_260_101);
        byte[] body = ChatRequests.utf8(BODY);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < MUTATION_COUNT; i++) {
            byte[] mutated = random.nextBoolean() ? mutateBytes(body, random) : ChatRequests.utf8(mutateText(random));
            try {
                ChatRequests.PARSER.parse(mutated);
                accepted++;
            } catch (ServingException e) {
                assertThat(e.code().type()).isEqualTo(ErrorType.USER_ERROR);
                assertThat(e.message()).hasSizeLessThan(300);
                refused++;
            }
        }
        assertThat(accepted).isGreaterThan(MUTATION_COUNT / 50);
        assertThat(refused).isGreaterThan(MUTATION_COUNT / 2);
    }

    private static byte[] mutateBytes(byte[] body, Random random) {
        byte[] mutated = body.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return mutated;
    }

    /// Puts a fragment in place of a stretch between two marks of punctuation.
    private static String mutateText(Random random) {
        int start = afterPunctuation(random.nextInt(BODY.length()));
        int end = Math.min(BODY.length(), start + random.nextInt(12));
        return BODY.substring(0, start) + FRAGMENTS.get(random.nextInt(FRAGMENTS.size())) + BODY.substring(end);
    }

    private static int afterPunctuation(int from) {
        int index = from;
        while (index < BODY.length() && ":,[{".indexOf(BODY.charAt(index)) < 0) {
            index++;
        }
        return Math.min(index + 1, BODY.length());
    }
}
