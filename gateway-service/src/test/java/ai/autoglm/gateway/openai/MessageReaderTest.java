package ai.autoglm.gateway.openai;

import static ai.autoglm.gateway.openai.ChatRequests.assertRefused;
import static ai.autoglm.gateway.openai.ChatRequests.parse;
import static ai.autoglm.gateway.openai.ChatRequests.refusal;
import static ai.autoglm.gateway.openai.ChatRequests.utf8;
import static ai.autoglm.gateway.openai.ChatRequests.withMessages;
import static ai.autoglm.gateway.openai.ChatRequests.withUserParts;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.openai.ChatMessage.AssistantMessage;
import ai.autoglm.gateway.openai.ChatMessage.SystemMessage;
import ai.autoglm.gateway.openai.ChatMessage.ToolCall;
import ai.autoglm.gateway.openai.ChatMessage.ToolMessage;
import ai.autoglm.gateway.openai.ChatMessage.UserMessage;
import ai.autoglm.toolkit.error.ErrorCode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of messages and their parts (API 1.3).
class MessageReaderTest {
    private static final String IMAGE =
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"high\"}}";
    private static final String AUDIO =
            "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}}";
    private static final String TOOL_CALL = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","
            + "\"type\":\"function\",\"function\":{\"name\":\"tap\",\"arguments\":\"{}\"}}]}";

    @ParameterizedTest
    @ValueSource(strings = {"system", "developer"})
    void readsDeveloperAsSystem(String role) {
        assertThat(parse(withMessages("{\"role\":\"" + role + "\",\"content\":\"Be brief.\"}"))
                        .messages())
                .containsExactly(new SystemMessage(List.of(new ContentPart.Text("Be brief."))));
    }

    @Test
    void readsOneTextPartAsTheSameString() {
        assertThat(parse(withUserParts("{\"type\":\"text\",\"text\":\"Hi\"}")).messages())
                .isEqualTo(parse(withMessages("{\"role\":\"user\",\"content\":\"Hi\"}"))
                        .messages());
    }

    @Test
    void keepsTheOrderOfParts() {
        assertThat(parse(withUserParts(IMAGE + ",{\"type\":\"text\",\"text\":\"\"}," + AUDIO))
                        .messages())
                .containsExactly(new UserMessage(List.of(
                        new ContentPart.Image("data:image/png;base64,AAAA", "messages[0].content[0].image_url"),
                        new ContentPart.Text(""),
                        new ContentPart.Audio("AAAA", "messages[0].content[2].input_audio"))));
    }

    @Test
    void readsAnAudioUrl() {
        assertThat(parse(withUserParts("{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"data:audio/wav;base64,AA\"}}"))
                        .messages())
                .containsExactly(new UserMessage(List.of(
                        new ContentPart.Audio("data:audio/wav;base64,AA", "messages[0].content[0].audio_url"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"function", "ipython", "", "System", "<|system|>"})
    void refusesOtherRoles(String role) {
        assertRefused(
                withMessages("{\"role\":\"" + role + "\",\"content\":\"Hi\"}"),
                ErrorCode.INVALID_VALUE,
                "messages[0].role");
    }

    @Test
    void refusesARoleThatIsMissingOrNoString() {
        assertRefused(withMessages("{\"content\":\"Hi\"}"), ErrorCode.MISSING_REQUIRED_PARAMETER, "messages[0].role");
        assertRefused(withMessages("{\"role\":5,\"content\":\"Hi\"}"), ErrorCode.INVALID_TYPE, "messages[0].role");
    }

    @Test
    void refusesContentThatIsMissingEmptyOrOfTheWrongType() {
        assertRefused(withMessages("{\"role\":\"user\"}"), ErrorCode.MISSING_REQUIRED_PARAMETER, "messages[0].content");
        assertRefused(withUserParts(""), ErrorCode.EMPTY_ARRAY, "messages[0].content");
        assertRefused(withMessages("{\"role\":\"user\",\"content\":5}"), ErrorCode.INVALID_TYPE, "messages[0].content");
        assertRefused(withUserParts("\"Hi\""), ErrorCode.INVALID_TYPE, "messages[0].content[0]");
        assertRefused(
                withMessages("{\"role\":\"assistant\",\"content\":null}"),
                ErrorCode.MISSING_REQUIRED_PARAMETER,
                "messages[0].content");
    }

    @Test
    void refusesPartsWithoutTypeOrText() {
        assertRefused(
                withUserParts("{\"text\":\"Hi\"}"),
                ErrorCode.MISSING_REQUIRED_PARAMETER,
                "messages[0].content[0].type");
        assertRefused(
                withUserParts("{\"type\":\"text\"}"),
                ErrorCode.MISSING_REQUIRED_PARAMETER,
                "messages[0].content[0].text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"video_url", "file", "input_text", "input_image", "image_embeds", "refusal", "hologram"})
    void refusesOtherParts(String type) {
        assertRefused(
                withUserParts("{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"" + type + "\"}"),
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "messages[0].content[1].type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "developer", "assistant"})
    void refusesMediaOutsideOfUserMessages(String role) {
        assertRefused(
                withMessages("{\"role\":\"" + role + "\",\"content\":[" + IMAGE + "]}"),
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "messages[0].content[0].type");
    }

    @Test
    void refusesUrlsThatAreBareStrings() {
        assertRefused(
                withUserParts("{\"type\":\"image_url\",\"image_url\":\"data:,\"}"),
                ErrorCode.INVALID_TYPE,
                "messages[0].content[0].image_url");
        assertRefused(
                withUserParts("{\"type\":\"audio_url\",\"audio_url\":\"data:,\"}"),
                ErrorCode.INVALID_TYPE,
                "messages[0].content[0].audio_url");
    }

    @Test
    void checksDetailAndFormat() {
        assertRefused(
                withUserParts(IMAGE.replace("high", "ultra")),
                ErrorCode.INVALID_VALUE,
                "messages[0].content[0].image_url.detail");
        assertRefused(
                withUserParts(AUDIO.replace("\"wav\"", "\"aiff\"")),
                ErrorCode.INVALID_VALUE,
                "messages[0].content[0].input_audio.format");
    }

    @Test
    void countsImagesOfAllMessages() {
        String six = "{\"role\":\"user\",\"content\":[" + String.join(",", Collections.nCopies(6, IMAGE)) + "]}";
        String four = "{\"role\":\"user\",\"content\":[" + String.join(",", Collections.nCopies(4, IMAGE)) + "]}";
        assertThat(parse(withMessages(six + "," + four)).messages()).hasSize(2);
        assertRefused(withMessages(six + "," + six), ErrorCode.ARRAY_ABOVE_MAX_LENGTH, "messages");
        assertThat(refusal(utf8(withMessages(six + "," + six))).message())
                .isEqualTo("At most 10 image(s) may be provided in one prompt, not 12.");
    }

    @Test
    void countsAudios() {
        assertRefused(
                withUserParts(String.join(",", Collections.nCopies(5, AUDIO))),
                ErrorCode.ARRAY_ABOVE_MAX_LENGTH,
                "messages");
    }

    @Test
    void readsTheDumpOfAnEarlierAnswer() {
        assertThat(parse(withMessages("{\"role\":\"assistant\",\"content\":\"Yes.\",\"refusal\":null,"
                                + "\"annotations\":[],\"audio\":null,\"function_call\":null,\"tool_calls\":[],"
                                + "\"reasoning_content\":\"Hm.\",\"reasoning\":\"Hm.\",\"id\":\"x\",\"name\":\"me\"}"))
                        .messages())
                .containsExactly(new AssistantMessage(List.of(new ContentPart.Text("Yes."))));
    }

    @Test
    void readsARefusalAsText() {
        assertThat(parse(withMessages(
                                "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}"))
                        .messages())
                .containsExactly(new AssistantMessage(List.of(new ContentPart.Text("No."))));
    }

    @Test
    void onlyTheAssistantRefusesAndOnce() {
        String refusal = "{\"type\":\"refusal\",\"refusal\":\"No.\"}";

        assertRefused(
                withMessages("{\"role\":\"system\",\"content\":[" + refusal + "]}"),
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "messages[0].content[0].type");
        assertRefused(
                withMessages(TOOL_CALL + ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":[" + refusal + "]}"),
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "messages[1].content[0].type");
        assertRefused(
                withMessages("{\"role\":\"assistant\",\"content\":[" + refusal + "," + refusal + "]}"),
                ErrorCode.INVALID_VALUE,
                "messages[0].content[1].type");
    }

    @Test
    void readsToolCallsAndTheirResults() {
        assertThat(parse(withMessages(TOOL_CALL + ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"done\"}"))
                        .messages())
                .containsExactly(
                        new AssistantMessage(List.of(), List.of(new ToolCall("c1", "tap", "{}"))),
                        new ToolMessage("c1", List.of(new ContentPart.Text("done"))));
    }

    @Test
    void refusesAToolResultThatAnswersNoCall() {
        assertRefused(
                withMessages(TOOL_CALL + ",{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"done\"}"),
                ErrorCode.INVALID_VALUE,
                "messages[1].tool_call_id");
        assertRefused(
                withMessages(TOOL_CALL + ",{\"role\":\"user\",\"content\":\"Hi\"},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"done\"}"),
                ErrorCode.INVALID_VALUE,
                "messages[2].tool_call_id");
        assertRefused(
                withMessages("{\"role\":\"tool\",\"content\":\"done\"}"),
                ErrorCode.MISSING_REQUIRED_PARAMETER,
                "messages[0].tool_call_id");
    }

    @Test
    void refusesArgumentsThatAreNoString() {
        assertRefused(
                withMessages(TOOL_CALL.replace("\"{}\"", "{}")),
                ErrorCode.INVALID_TYPE,
                "messages[0].tool_calls[0].function.arguments");
    }

    @Test
    void refusesTheLegacyFunctionCall() {
        assertRefused(
                withMessages("{\"role\":\"assistant\",\"content\":\"\",\"function_call\":{\"name\":\"f\"}}"),
                ErrorCode.UNSUPPORTED_PARAMETER,
                "messages[0].function_call");
    }

    @Test
    void checksNames() {
        assertRefused(
                withMessages("{\"role\":\"user\",\"content\":\"Hi\",\"name\":\"a\\nb\"}"),
                ErrorCode.INVALID_VALUE,
                "messages[0].name");
        assertRefused(
                withMessages("{\"role\":\"user\",\"content\":\"Hi\",\"name\":\"" + "a".repeat(257) + "\"}"),
                ErrorCode.STRING_ABOVE_MAX_LENGTH,
                "messages[0].name");
    }

    @Test
    void acceptsMessagesInAnyOrder() {
        String user = "{\"role\":\"user\",\"content\":\"Hi\"}";
        String assistant = "{\"role\":\"assistant\",\"content\":\"Yes.\"}";
        assertThat(parse(withMessages(user + "," + user + "," + assistant + "," + assistant))
                        .messages())
                .hasSize(4);
    }
}
