package ai.autoglm.gateway.openai;

import static ai.autoglm.gateway.openai.ChatRequests.PARSER;
import static ai.autoglm.gateway.openai.ChatRequests.STRICT_PARSER;
import static ai.autoglm.gateway.openai.ChatRequests.assertRefused;
import static ai.autoglm.gateway.openai.ChatRequests.parse;
import static ai.autoglm.gateway.openai.ChatRequests.refusal;
import static ai.autoglm.gateway.openai.ChatRequests.utf8;
import static ai.autoglm.gateway.openai.ChatRequests.withFields;
import static ai.autoglm.gateway.openai.ChatRequests.withMessages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The fields of a request (API 1.2 and 1.5).
class ChatRequestParserTest {
    @Test
    void readsTheReferenceRequestOfOpenAutoGlm() {
        ChatRequest request = parse("""
                {"messages": [
                   {"role": "system", "content": "今天的日期是: 2025年12月11日 星期四"},
                   {"role": "user", "content": [
                     {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
                     {"type": "text", "text": "打开微信\\n\\n{\\"current_app\\": \\"System Home\\"}"}]},
                   {"role": "assistant", "content": "<think><think>a</think></think><answer>do(action=\\"Home\\")</answer>"},
                   {"role": "user", "content": [{"type": "text", "text": "** Screen Info **"}]}],
                 "model": "autoglm-phone-9b", "max_tokens": 3000, "temperature": 0.0, "top_p": 0.85,
                 "frequency_penalty": 0.2, "stream": true}
                """);
        assertThat(request.messages()).hasSize(4);
        assertThat(request.messages().get(1).content())
                .containsExactly(
                        new ContentPart.Image("data:image/png;base64,iVBORw0KGgo=", "messages[1].content[0].image_url"),
                        new ContentPart.Text("打开微信\n\n{\"current_app\": \"System Home\"}"));
        assertThat(request.messages().get(2).content())
                .containsExactly(
                        new ContentPart.Text("<think><think>a</think></think><answer>do(action=\"Home\")</answer>"));
        assertThat(request.generation().maxTokens()).isEqualTo(3_000);
        assertThat(request.generation().sampling())
                .isEqualTo(new SamplingOptions(0.0, 0.85, null, 0, null, 0, 0.2, null, Map.of(), List.of(), List.of()));
        assertThat(request.stream()).isEqualTo(new StreamOptions(true, false, false));
        assertThat(request.thinking()).isEqualTo(new ThinkingOptions(null, null));
    }

    @Test
    void readsTheCallOfTheLangChainUser() {
        ChatRequest request = parse("""
                {"messages":[{"content":"你是谁?","role":"user"}],"model":"autoglm-phone-9b","stream":true,\
                "temperature":0.5,"enable_thinking":true,"return_reasoning":true}""");
        assertThat(request.thinking()).isEqualTo(new ThinkingOptions(true, true));
        assertThat(request.generation().sampling().temperature()).isEqualTo(0.5);
    }

    @Test
    void leavesAbsentFieldsToTheDefaults() {
        ChatRequest request = parse(withFields(""));
        assertThat(request.generation().sampling()).isEqualTo(SamplingOptions.DEFAULTS);
        assertThat(request.generation().stop()).isEqualTo(new StopOptions(List.of(), false, List.of(), 0, false));
        assertThat(request.generation().maxTokens()).isNull();
        assertThat(request.stream()).isEqualTo(new StreamOptions(false, false, false));
    }

    @ParameterizedTest
    @MethodSource("ai.autoglm.gateway.testing.ContractFields#thatMayBeNull")
    void readsAnExplicitNullAsAbsent(String field) {
        assertThat(parse(withFields("\"" + field + "\":null"))).isEqualTo(parse(withFields("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "\"autoglm-phone-9b\"", "\"zai-org/AutoGLM-Phone-9B\""})
    void answersToItsNamesAndToNone(String model) {
        assertThat(parse(withFields("\"model\":" + model)).messages()).hasSize(1);
    }

    @Test
    void refusesAnotherModel() {
        assertRefused(withFields("\"model\":\"gpt-4o\""), ErrorCode.MODEL_NOT_FOUND, "model");
        assertThat(refusal(utf8(withFields("\"model\":\"gpt-4o\""))).message())
                .isEqualTo("The model 'gpt-4o' does not exist; this server serves 'autoglm-phone-9b'.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    temperature        | -0.1               | DECIMAL_BELOW_MIN_VALUE
                    temperature        | 2.01               | DECIMAL_ABOVE_MAX_VALUE
                    top_p              | -1                 | DECIMAL_BELOW_MIN_VALUE
                    top_p              | 1.1                | DECIMAL_ABOVE_MAX_VALUE
                    min_p              | 1.5                | DECIMAL_ABOVE_MAX_VALUE
                    presence_penalty   | 2.5                | DECIMAL_ABOVE_MAX_VALUE
                    frequency_penalty  | -2.5               | DECIMAL_BELOW_MIN_VALUE
                    repetition_penalty | 0                  | DECIMAL_BELOW_MIN_VALUE
                    repetition_penalty | 11                 | DECIMAL_ABOVE_MAX_VALUE
                    top_k              | -2                 | INTEGER_BELOW_MIN_VALUE
                    top_k              | 1.5                | INVALID_TYPE
                    max_tokens         | 0                  | INTEGER_BELOW_MIN_VALUE
                    max_tokens         | 3000000000         | INTEGER_ABOVE_MAX_VALUE
                    max_completion_tokens | -1              | INTEGER_BELOW_MIN_VALUE
                    seed               | 9223372036854775808 | INTEGER_ABOVE_MAX_VALUE
                    seed               | -9223372036854775809 | INTEGER_BELOW_MIN_VALUE
                    seed               | 1e30               | INTEGER_ABOVE_MAX_VALUE
                    n                  | 0                  | INTEGER_BELOW_MIN_VALUE
                    n                  | 129                | INTEGER_ABOVE_MAX_VALUE
                    n                  | 9                  | INTEGER_ABOVE_MAX_VALUE
                    best_of            | 2                  | UNSUPPORTED_VALUE
                    min_tokens         | -1                 | INTEGER_BELOW_MIN_VALUE
                    stop               | ""                 | INVALID_VALUE
                    stop               | 5                  | INVALID_TYPE
                    logit_bias         | []                 | INVALID_TYPE
                    stop_token_ids     | 5                  | INVALID_TYPE
                    ignore_eos         | 1                  | INVALID_TYPE
                    enable_thinking    | "yes"              | INVALID_TYPE
                    return_reasoning   | 1                  | INVALID_TYPE
                    reasoning_effort   | "huge"             | INVALID_VALUE
                    logprobs           | 1                  | INVALID_TYPE
                    top_logprobs       | 5                  | INVALID_VALUE
                    top_logprobs       | 21                 | INTEGER_ABOVE_MAX_VALUE
                    prompt_logprobs    | -1                 | INTEGER_BELOW_MIN_VALUE
                    prompt_logprobs    | 21                 | INTEGER_ABOVE_MAX_VALUE
                    return_token_ids   | 1                  | INVALID_TYPE
                    return_tokens_as_token_ids | "no"       | INVALID_TYPE
                    tools              | {}                 | INVALID_TYPE
                    tool_choice        | "auto"             | INVALID_VALUE
                    tool_choice        | "required"         | INVALID_VALUE
                    tool_choice        | "some"             | INVALID_VALUE
                    tool_choice        | {"type":"function"} | INVALID_VALUE
                    tool_choice        | 1                  | INVALID_TYPE
                    functions          | []                 | UNSUPPORTED_PARAMETER
                    function_call      | "auto"             | UNSUPPORTED_PARAMETER
                    structured_outputs | ["a"]              | INVALID_TYPE
                    continue_final_message | true           | INVALID_VALUE
                    add_generation_prompt | "no"            | INVALID_TYPE
                    skip_special_tokens | 0                 | INVALID_TYPE
                    echo               | "yes"              | INVALID_TYPE
                    use_beam_search    | true               | UNSUPPORTED_PARAMETER
                    bad_words          | "a"                | INVALID_TYPE
                    allowed_token_ids  | []                 | EMPTY_ARRAY
                    allowed_token_ids  | 5                  | INVALID_TYPE
                    chat_template      | "{{x}}"            | UNSUPPORTED_PARAMETER
                    documents          | []                 | UNSUPPORTED_PARAMETER
                    logits_processors  | []                 | UNSUPPORTED_PARAMETER
                    mm_processor_kwargs | []                | INVALID_TYPE
                    media_io_kwargs    | {"fps":9}          | UNSUPPORTED_PARAMETER
                    kv_transfer_params | {}                 | UNSUPPORTED_PARAMETER
                    truncate_prompt_tokens | 5              | UNSUPPORTED_PARAMETER
                    prompt_embeds      | "x"                | UNSUPPORTED_PARAMETER
                    image_embeds       | "x"                | UNSUPPORTED_PARAMETER
                    audio_embeds       | "x"                | UNSUPPORTED_PARAMETER
                    audio              | {"voice":"a"}      | UNSUPPORTED_PARAMETER
                    web_search_options | {}                 | UNSUPPORTED_PARAMETER
                    moderation         | {}                 | UNSUPPORTED_PARAMETER
                    modalities         | "text"             | INVALID_TYPE
                    user               | 5                  | INVALID_TYPE
                    store              | "no"               | INVALID_TYPE
                    metadata           | "a"                | INVALID_TYPE
                    extra_body         | "a"                | INVALID_TYPE
                    """)
    void refusesWhatItCannotKeep(String field, String value, ErrorCode code) {
        assertRefused(withFields("\"" + field + "\":" + value), code, field);
    }

    @Test
    void saysLimitAndActualValue() {
        assertThat(refusal(utf8(withFields("\"temperature\":2.5"))).message())
                .isEqualTo("'temperature' must be at most 2, not 2.5.");
        assertThat(refusal(utf8(withFields("\"max_tokens\":0"))).message())
                .isEqualTo("'max_tokens' must be at least 1, not 0.");
        assertThat(refusal(utf8(withFields("\"n\":1.9"))).message()).isEqualTo("'n' must be a whole number, not 1.9.");
        assertThat(refusal(utf8(withFields("\"stream\":\"true\""))).message())
                .isEqualTo("'stream' must be true or false, not a string.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":1",
                "\"tools\":[]",
                "\"tool_choice\":\"none\"",
                "\"logprobs\":false",
                "\"top_logprobs\":0",
                "\"response_format\":{\"type\":\"text\"}",
                "\"modalities\":[\"text\"]",
                "\"user\":\"me\"",
                "\"metadata\":{\"a\":\"b\"}",
                "\"store\":true",
                "\"parallel_tool_calls\":false",
                "\"echo\":false",
                "\"skip_special_tokens\":true",
                "\"add_generation_prompt\":true",
                "\"cache_salt\":\"x\"",
                "\"mm_processor_kwargs\":{}",
                "\"bad_words\":[]",
                "\"verbosity\":\"low\"",
                "\"length_penalty\":1.5",
                "\"priority\":-5",
                "\"prediction\":{\"type\":\"content\"}",
                "\"chat_template_kwargs\":{\"evil\":1}"
            })
    void acceptsWhatChangesNothing(String field) {
        assertThat(PARSER.parse(utf8(withFields(field))))
                .isEqualTo(new ParsedChatRequest(parse(withFields("")), List.of()));
    }

    @Test
    void prefersTheNewNameOfTheTokenLimit() {
        assertThat(parse(withFields("\"max_tokens\":5,\"max_completion_tokens\":7"))
                        .generation()
                        .maxTokens())
                .isEqualTo(7);
        assertThat(parse(withFields("\"max_tokens\":5")).generation().maxTokens())
                .isEqualTo(5);
        assertRefused(
                withFields("\"max_tokens\":0,\"max_completion_tokens\":7"),
                ErrorCode.INTEGER_BELOW_MIN_VALUE,
                "max_tokens");
    }

    @Test
    void readsEverySamplingField() {
        ChatRequest request = parse(withFields("""
                "temperature":1,"top_p":0.5,"top_k":40,"min_p":0.1,"seed":-9223372036854775808,"presence_penalty":-2,\
                "frequency_penalty":2,"repetition_penalty":1.1,"logit_bias":{"5":-100,"2047":0.5}"""));
        assertThat(request.generation().sampling())
                .isEqualTo(new SamplingOptions(
                        1.0,
                        0.5,
                        40,
                        0.1,
                        Long.MIN_VALUE,
                        -2,
                        2,
                        1.1,
                        Map.of(5, -100.0, 2_047, 0.5),
                        List.of(),
                        List.of()));
    }

    @Test
    void readsWhichTokensMayBeWritten() {
        SamplingOptions sampling = parse(withFields("\"allowed_token_ids\":[1,2047],\"bad_words\":[\"ab\",\" cd\"]"))
                .generation()
                .sampling();
        assertThat(sampling.allowedTokenIds()).containsExactly(1, 2_047);
        // The encoder of these tests makes a token of each character: after a space the same tokens come.
        assertThat(sampling.bannedSequences()).containsExactly(TokenIds.of(97, 98), TokenIds.of(99, 100));
    }

    @Test
    void bansAWordAfterASpaceTooWhereThatIsAnotherToken() {
        ServedModel model =
                ChatRequests.modelReading(text -> text.startsWith(" ") ? TokenIds.of(1_000) : TokenIds.of(97, 98));
        ChatRequestParser parser = new ChatRequestParser(model, new ChatLimits(10, 4, 8, ChatRequests.PIXELS, false));
        assertThat(parser.parse(utf8(withFields("\"bad_words\":[\"ab\"]")))
                        .request()
                        .generation()
                        .sampling()
                        .bannedSequences())
                .containsExactly(TokenIds.of(97, 98), TokenIds.of(1_000));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "allowed_token_ids":[2048]                          | INTEGER_ABOVE_MAX_VALUE | allowed_token_ids[0]
                    "allowed_token_ids":[1,-1]                          | INTEGER_BELOW_MIN_VALUE | allowed_token_ids[1]
                    "bad_words":["a",""]                                | INVALID_VALUE           | bad_words[1]
                    "bad_words":["a",5]                                 | INVALID_TYPE            | bad_words[1]
                    "bad_words":["a"],"response_format":{"type":"json_object"} | INVALID_VALUE    | bad_words
                    "allowed_token_ids":[1],"structured_outputs":{"regex":"a"} | INVALID_VALUE    | allowed_token_ids
                    "prompt_logprobs":1,"stream":true                   | INVALID_VALUE           | prompt_logprobs
                    """)
    void refusesTokensThatAreNoneOrCannotBeKept(String fields, ErrorCode code, String param) {
        assertRefused(withFields(fields), code, param);
    }

    @Test
    void boundsBadWords() {
        String tooMany = "\"a\",".repeat(257).replaceAll(",$", "");
        assertRefused(withFields("\"bad_words\":[" + tooMany + "]"), ErrorCode.ARRAY_ABOVE_MAX_LENGTH, "bad_words");
        assertRefused(
                withFields("\"bad_words\":[\"" + "a".repeat(201) + "\"]"),
                ErrorCode.STRING_ABOVE_MAX_LENGTH,
                "bad_words[0]");
    }

    @Test
    void readsHowTokensAreShown() {
        assertThat(parse(withFields("")).generation().tokenForm()).isEqualTo(TokenForm.TEXT);
        assertThat(parse(withFields("\"return_token_ids\":true")).generation().tokenForm())
                .isEqualTo(new TokenForm(true, false, false));
        assertThat(parse(withFields("\"return_tokens_as_token_ids\":true,\"skip_special_tokens\":false"))
                        .generation()
                        .tokenForm())
                .isEqualTo(new TokenForm(false, true, true));
        assertThat(parse(withFields("\"prompt_logprobs\":0")).generation().promptLogprobs())
                .isZero();
        assertThat(parse(withFields("\"prompt_logprobs\":0,\"stream\":true"))
                        .generation()
                        .promptLogprobs())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void readsTopKOfNothingAsOff(int topK) {
        assertThat(parse(withFields("\"top_k\":" + topK))
                        .generation()
                        .sampling()
                        .topK())
                .isZero();
    }

    @Test
    void readsStopAsAStringOrAnArray() {
        assertThat(parse(withFields("\"stop\":\"a\"")).generation().stop().strings())
                .containsExactly("a");
        assertThat(parse(withFields("\"stop\":[\"a\",\"b\"]"))
                        .generation()
                        .stop()
                        .strings())
                .containsExactly("a", "b");
        assertThat(parse(withFields("\"stop\":[]")).generation().stop().strings())
                .isEmpty();
    }

    @Test
    void refusesStopsThatAreEmptyTooManyOrTooLong() {
        assertRefused(withFields("\"stop\":[\"\"]"), ErrorCode.INVALID_VALUE, "stop[0]");
        assertRefused(withFields("\"stop\":[\"a\",5]"), ErrorCode.INVALID_TYPE, "stop[1]");
        String seventeen = "\"a\",".repeat(16) + "\"a\"";
        assertRefused(withFields("\"stop\":[" + seventeen + "]"), ErrorCode.ARRAY_ABOVE_MAX_LENGTH, "stop");
        assertRefused(withFields("\"stop\":\"" + "a".repeat(1_001) + "\""), ErrorCode.STRING_ABOVE_MAX_LENGTH, "stop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2048", "-1", "1.0", "99999999999", "", "+5", "05"})
    void refusesABiasOfAnIdOutsideTheVocabulary(String id) {
        assertRefused(withFields("\"logit_bias\":{\"" + id + "\":1}"), ErrorCode.INVALID_VALUE, "logit_bias." + id);
    }

    @Test
    void refusesABiasOutOfRange() {
        assertRefused(withFields("\"logit_bias\":{\"5\":101}"), ErrorCode.DECIMAL_ABOVE_MAX_VALUE, "logit_bias.5");
        assertRefused(withFields("\"logit_bias\":{\"5\":null}"), ErrorCode.INVALID_TYPE, "logit_bias.5");
    }

    @Test
    void refusesStopTokenIdsOutsideTheVocabulary() {
        assertThat(parse(withFields("\"stop_token_ids\":[0,2047]"))
                        .generation()
                        .stop()
                        .tokenIds())
                .containsExactly(0, 2_047);
        assertRefused(
                withFields("\"stop_token_ids\":[1,2048]"), ErrorCode.INTEGER_ABOVE_MAX_VALUE, "stop_token_ids[1]");
        assertRefused(withFields("\"stop_token_ids\":[-1]"), ErrorCode.INTEGER_BELOW_MIN_VALUE, "stop_token_ids[0]");
        assertRefused(
                withFields("\"stop_token_ids\":[" + "1,".repeat(256) + "1]"),
                ErrorCode.ARRAY_ABOVE_MAX_LENGTH,
                "stop_token_ids");
    }

    @Test
    void boundsMinTokensByTheTokenLimit() {
        assertThat(parse(withFields("\"min_tokens\":5,\"max_tokens\":5"))
                        .generation()
                        .stop()
                        .minTokens())
                .isEqualTo(5);
        assertRefused(withFields("\"min_tokens\":6,\"max_tokens\":5"), ErrorCode.INTEGER_ABOVE_MAX_VALUE, "min_tokens");
    }

    @Test
    void readsTheStopSwitches() {
        StopOptions stop = parse(withFields("\"ignore_eos\":true,\"include_stop_str_in_output\":true"))
                .generation()
                .stop();
        assertThat(stop).isEqualTo(new StopOptions(List.of(), true, List.of(), 0, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                      | false | false
                    {"include_usage":null}                                  | false | false
                    {"include_usage":true}                                  | true  | false
                    {"include_usage":true,"continuous_usage_stats":true}    | true  | true
                    {"include_usage":false,"include_obfuscation":false}     | false | false
                    """)
    void readsStreamOptions(String options, boolean includeUsage, boolean continuousUsage) {
        assertThat(parse(withFields("\"stream\":true,\"stream_options\":" + options)).stream())
                .isEqualTo(new StreamOptions(true, includeUsage, continuousUsage));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"include_usage\":null}", "{\"include_usage\":true}", "{\"include_usage\":false}"})
    void refusesStreamOptionsWithoutAStream(String options) {
        assertRefused(withFields("\"stream_options\":" + options), ErrorCode.INVALID_VALUE, "stream_options");
        assertRefused(
                withFields("\"stream\":false,\"stream_options\":" + options),
                ErrorCode.INVALID_VALUE,
                "stream_options");
    }

    @Test
    void refusesStreamOptionsOfTheWrongType() {
        assertRefused(withFields("\"stream\":true,\"stream_options\":true"), ErrorCode.INVALID_TYPE, "stream_options");
        assertRefused(
                withFields("\"stream\":true,\"stream_options\":{\"include_usage\":1}"),
                ErrorCode.INVALID_TYPE,
                "stream_options.include_usage");
    }

    @Test
    void refusesAnythingButTextAsOutput() {
        assertRefused(withFields("\"modalities\":[\"text\",\"audio\"]"), ErrorCode.UNSUPPORTED_VALUE, "modalities[1]");
    }

    @Test
    void boundsMetadata() {
        assertRefused(
                withFields("\"metadata\":{\"a\":\"" + "b".repeat(513) + "\"}"),
                ErrorCode.STRING_ABOVE_MAX_LENGTH,
                "metadata.a");
        assertRefused(
                withFields("\"safety_identifier\":\"" + "b".repeat(65) + "\""),
                ErrorCode.STRING_ABOVE_MAX_LENGTH,
                "safety_identifier");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    "enable_thinking":false,"chat_template_kwargs":{"enable_thinking":true}           | false | -
                    "chat_template_kwargs":{"enable_thinking":false},"thinking":{"type":"enabled"}    | false | -
                    "thinking":{"type":"disabled"},"reasoning_effort":"high"                          | false | -
                    "thinking":{"type":"enabled"}                                                     | true  | -
                    "reasoning_effort":"none"                                                         | false | -
                    "reasoning_effort":"minimal"                                                      | true  | -
                    "return_reasoning":false,"include_reasoning":true                                 | -     | false
                    "include_reasoning":false,"separate_reasoning":true                               | -     | false
                    "separate_reasoning":true                                                         | -     | true
                    "enable_thinking":null,"reasoning_effort":"low","stream_reasoning":true           | true  | -
                    """)
    void takesTheFirstThinkingFieldThatSpeaks(String fields, Boolean enabled, Boolean returned) {
        assertThat(parse(withFields(fields)).thinking()).isEqualTo(new ThinkingOptions(enabled, returned));
    }

    @Test
    void checksThinkingFieldsThatAreOverruledToo() {
        assertRefused(
                withFields("\"enable_thinking\":true,\"thinking\":{\"type\":\"maybe\"}"),
                ErrorCode.INVALID_VALUE,
                "thinking.type");
        assertRefused(
                withFields("\"chat_template_kwargs\":{\"enable_thinking\":\"no\"}"),
                ErrorCode.INVALID_TYPE,
                "chat_template_kwargs.enable_thinking");
    }

    @Test
    void mergesALiteralExtraBodyUnderTheRoot() {
        ChatRequest request = parse(withFields(
                "\"temperature\":0.5,\"extra_body\":{\"enable_thinking\":true,\"temperature\":1.5,\"top_k\":3}"));
        assertThat(request.thinking().enabled()).isTrue();
        assertThat(request.generation().sampling().temperature()).isEqualTo(0.5);
        assertThat(request.generation().sampling().topK()).isEqualTo(3);
    }

    @Test
    void mergesALiteralExtraBodyOverNulls() {
        ChatRequest request = parse(withFields("\"temperature\":null,\"extra_body\":{\"temperature\":0.5}"));
        assertThat(request.generation().sampling().temperature()).isEqualTo(0.5);
    }

    @Test
    void ignoresAndTellsUnknownFields() {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"mood\":1}],\"wings\":2}";
        assertThat(PARSER.parse(utf8(body)).ignoredFields()).containsExactly("wings", "messages[0].mood");
    }

    @Test
    void refusesUnknownFieldsWhenStrict() {
        assertThatThrownBy(() -> STRICT_PARSER.parse(utf8(withFields("\"wings\":2"))))
                .isInstanceOfSatisfying(ServingException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_PARAMETER);
                    assertThat(e.param()).contains("wings");
                });
        assertThat(STRICT_PARSER.parse(utf8(withFields("\"user\":\"me\""))).ignoredFields())
                .isEmpty();
    }

    @Test
    void refusesMessagesThatAreMissingOrEmpty() {
        assertRefused("{}", ErrorCode.MISSING_REQUIRED_PARAMETER, "messages");
        assertRefused("{\"messages\":null}", ErrorCode.MISSING_REQUIRED_PARAMETER, "messages");
        assertRefused(withMessages(""), ErrorCode.EMPTY_ARRAY, "messages");
        assertRefused("{\"messages\":\"Hi\"}", ErrorCode.INVALID_TYPE, "messages");
        assertRefused("{\"messages\":[5]}", ErrorCode.INVALID_TYPE, "messages[0]");
    }

    @Test
    void readsHowManyChoicesAreWanted() {
        assertThat(parse(withFields("\"n\":8")).generation().choiceCount()).isEqualTo(8);
        assertThat(parse(withFields("\"n\":2.0,\"best_of\":2")).generation().choiceCount())
                .isEqualTo(2);
        assertThat(refusal(utf8(withFields("\"n\":100000000"))).message())
                .isEqualTo("'n' must be at most 8, not 100000000.");
        assertRefused(withFields("\"n\":2,\"best_of\":1"), ErrorCode.UNSUPPORTED_VALUE, "best_of");
        assertRefused(withFields("\"n\":2,\"best_of\":9"), ErrorCode.INTEGER_ABOVE_MAX_VALUE, "best_of");
    }

    @Test
    void readsHowManyAlternativesAreTold() {
        assertThat(parse(withFields("\"logprobs\":true")).generation().topLogprobs())
                .isZero();
        assertThat(parse(withFields("\"logprobs\":true,\"top_logprobs\":20"))
                        .generation()
                        .topLogprobs())
                .isEqualTo(20);
        assertThat(parse(withFields("\"logprobs\":false,\"top_logprobs\":0"))
                        .generation()
                        .topLogprobs())
                .isNull();
        assertRefused(
                withFields("\"logprobs\":true,\"top_logprobs\":21"), ErrorCode.INTEGER_ABOVE_MAX_VALUE, "top_logprobs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "add_generation_prompt":false                                          | false | false | false
                    "chat_template_kwargs":{"add_generation_prompt":false}                 | false | false | false
                    "add_generation_prompt":true,"chat_template_kwargs":{"add_generation_prompt":false} | true | false | false
                    "echo":true                                                            | true  | false | false
                    "continue_final_message":true                                          | false | true  | false
                    "continue_final_message":true,"add_generation_prompt":false,"echo":true | false | true  | true
                    """)
    void readsHowTheAnswerBegins(String fields, boolean header, boolean continued, boolean echoed) {
        String body = "{\"messages\":[{\"role\":\"assistant\",\"content\":\"Once\"}]," + fields + "}";
        assertThat(parse(body).beginning()).isEqualTo(new AnswerBeginning(header, continued, echoed));
    }

    @Test
    void continuesOnlyTextOfTheAssistant() {
        String message = "{\"messages\":[{\"role\":\"%s\",\"content\":\"%s\"}],\"continue_final_message\":true%s}";
        assertRefused(message.formatted("user", "Hi", ""), ErrorCode.INVALID_VALUE, "continue_final_message");
        assertRefused(message.formatted("assistant", "", ""), ErrorCode.INVALID_VALUE, "continue_final_message");
        assertRefused(
                message.formatted("assistant", "Hi", ",\"add_generation_prompt\":true"),
                ErrorCode.INVALID_VALUE,
                "continue_final_message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"max_pixels\":5000000}", "{\"min_pixels\":6272,\"max_pixels\":4816896}"})
    void takesPixelBoundsThatChangeNothing(String arguments) {
        assertThat(parse(withFields("\"mm_processor_kwargs\":" + arguments))).isEqualTo(parse(withFields("")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"max_pixels":4816895} | INVALID_VALUE           | mm_processor_kwargs.max_pixels
                    {"min_pixels":6273}    | INVALID_VALUE           | mm_processor_kwargs.min_pixels
                    {"max_pixels":"big"}   | INVALID_TYPE            | mm_processor_kwargs.max_pixels
                    {"max_pixels":-1}      | INTEGER_BELOW_MIN_VALUE | mm_processor_kwargs.max_pixels
                    {"fps":100}            | UNSUPPORTED_PARAMETER   | mm_processor_kwargs.fps
                    """)
    void refusesOtherProcessorArguments(String arguments, ErrorCode code, String param) {
        assertRefused(withFields("\"mm_processor_kwargs\":" + arguments), code, param);
    }
}
