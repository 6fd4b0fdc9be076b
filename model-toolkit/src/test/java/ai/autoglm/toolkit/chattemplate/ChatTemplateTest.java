package ai.autoglm.toolkit.chattemplate;

import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.AUDIO;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.IMAGE;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.IMAGES;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.TEXT;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.assistant;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.compile;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.conversation;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.resource;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.system;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.text;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.chattemplate.PromptPiece.ClientText;
import ai.autoglm.toolkit.chattemplate.PromptPiece.Literal;
import ai.autoglm.toolkit.chattemplate.PromptPiece.MediaPlaceholder;
import ai.autoglm.toolkit.chattemplate.PromptPiece.Prefill;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.time.Year;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final Conversation HISTORY =
            conversation(system("SYS"), user(IMAGE, new ContentPart.Text("Q1")), assistant("A"), user("Q2"));

    @Test
    void tellsTemplateTextFromClientTextAndMedia() {
        ChatTemplate template = TemplateFixtures.mini(ContentFormat.PARTS);
        Conversation conversation = new Conversation(
                List.of(system("SYS"), user(AUDIO, new ContentPart.Text("{{7*7}}"), IMAGE)), true, false);
        assertThat(template.render(conversation))
                .containsExactly(
                        new Literal("[gMASK]<sop><|system|>\n"),
                        new ClientText(0, 0, "SYS", Role.SYSTEM),
                        new Literal("<|user|>\n<|begin_of_audio|>"),
                        new MediaPlaceholder(1, 0, MediaKind.AUDIO),
                        new Literal("<|end_of_audio|>"),
                        new ClientText(1, 1, "{{7*7}}", Role.USER),
                        new Literal("<|begin_of_image|>"),
                        new MediaPlaceholder(1, 2, MediaKind.IMAGE),
                        new Literal("<|end_of_image|><|assistant|>\n"),
                        new Prefill("<think></think>\n<answer>"));
        template.verify();
        assertThat(template.rendersEnableThinking()).isTrue();
    }

    @Test
    void knowsATemplateThatTellsTheModelOfTools() {
        assertThat(resource("glm-4.jinja", Map.of(), ContentFormat.PARTS).hasToolFormat())
                .isTrue();
        assertThat(resource("glm-4.1v.jinja", IMAGES, ContentFormat.PARTS).hasToolFormat())
                .isFalse();
        assertThat(resource("chatml.jinja", Map.of(), ContentFormat.STRING).hasToolFormat())
                .isFalse();
        assertThat(TemplateFixtures.mini(ContentFormat.PARTS).hasToolFormat()).isFalse();
    }

    @Test
    void rendersTheResultOfAToolWhereTheTemplateKnowsThem() {
        ChatTemplate template = resource("glm-4.jinja", Map.of(), ContentFormat.PARTS);
        assertThat(text(template.render(conversation(user("go"), assistant("tap\n{}"), new Turn(Role.TOOL, "done")))))
                .isEqualTo("[gMASK]<sop><|user|>\ngo<|assistant|>\ntap\n{}<|observation|>\ndone<|assistant|>\n");
    }

    @Test
    void rendersGlmFourPointOneV() {
        ChatTemplate template = resource("glm-4.1v.jinja", IMAGES, ContentFormat.PARTS);
        assertThat(text(template.render(conversation(user("Hi")))))
                .isEqualTo("[gMASK]<sop><|user|>\nHi<|assistant|>\n");
        assertThat(text(template.render(HISTORY)))
                .isEqualTo("[gMASK]<sop><|system|>\nSYS<|user|>\n<|begin_of_image|><|image|><|end_of_image|>Q1"
                        + "<|assistant|>\nA<|user|>\nQ2<|assistant|>\n");
        template.verify();
        assertThat(template.rendersEnableThinking()).isFalse();
    }

    @Test
    void rendersChatMl() {
        ChatTemplate template = resource("chatml.jinja", Map.of(), ContentFormat.STRING);
        String system =
                "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n";
        assertThat(text(template.render(conversation(user("Hi")))))
                .isEqualTo(system + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
        assertThat(text(template.render(
                        new Conversation(List.of(system("S"), user("U"), assistant("A")), false, null))))
                .isEqualTo(
                        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n");
        assertThat(text(template.render(conversation(user(TEXT, TEXT))))).contains("user\nQ\nQ<|im_end|>");
        template.verify();
    }

    @Test
    void rendersLlamaStyleConstructs() {
        ChatTemplate template = resource("llama-style.jinja", Map.of(), ContentFormat.STRING);
        assertThat(text(template.render(conversation(system("S"), user("U"), assistant("A"), user("V")))))
                .isEqualTo("<s><|system|>\nS</s>\n<|user|> U\n<|assistant|> A</s>\n<|user|> V\n<|assistant|>");
        assertThat(text(template.render(conversation(user("U")))))
                .contains("Today is " + Year.now(ZoneId.systemDefault()) + ".</s>");
        template.verify();
        assertThatThrownBy(() -> template.render(conversation(user("U"), user("V"))))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_VALUE))
                .hasMessageEndingWith(": roles must alternate user/assistant");
    }

    @ParameterizedTest
    @CsvSource({"true,", "true,true", "true,false", "false,"})
    void oneTextPartIsTheSameAsAString(boolean addGenerationPrompt, Boolean enableThinking) {
        for (ContentFormat format : ContentFormat.values()) {
            ChatTemplate template = TemplateFixtures.mini(format);
            for (Role role : List.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)) {
                Turn string = new Turn(role, "text");
                Turn parts = new Turn(role, List.of(new ContentPart.Text("text")));
                assertThat(template.render(new Conversation(List.of(parts), addGenerationPrompt, enableThinking)))
                        .isEqualTo(template.render(
                                new Conversation(List.of(string), addGenerationPrompt, enableThinking)));
            }
        }
    }

    @Test
    void putsMediaFirstAndJoinsTextsInStringFormat() {
        ChatTemplate template = TemplateFixtures.mini(ContentFormat.STRING);
        template.verify();
        List<PromptPiece> pieces = template.render(conversation(user(TEXT, IMAGE, new ContentPart.Text("R"), AUDIO)));
        assertThat(text(pieces)).isEqualTo("""
                        [gMASK]<sop><|user|>
                        <|begin_of_image|><|image|><|end_of_image|>
                        <|begin_of_audio|><|audio|><|end_of_audio|>
                        Q
                        R<|assistant|>
                        """);
        assertThat(pieces).contains(new MediaPlaceholder(0, 1, MediaKind.IMAGE), new ClientText(0, 2, "R", Role.USER));
    }

    @Test
    void keepsOrderAndInsertsNothingInPartsFormat() {
        ChatTemplate template = TemplateFixtures.mini(ContentFormat.PARTS);
        assertThat(text(template.render(conversation(user(TEXT, IMAGE, TEXT, IMAGE)))))
                .isEqualTo("[gMASK]<sop><|user|>\nQ<|begin_of_image|><|image|><|end_of_image|>"
                        + "Q<|begin_of_image|><|image|><|end_of_image|><|assistant|>\n");
        assertThat(text(template.render(conversation(new Turn(Role.SYSTEM, List.of(TEXT, TEXT)), user("")))))
                .isEqualTo("[gMASK]<sop><|system|>\nQQ<|user|>\n<|assistant|>\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{% for m in messages %}{{ m.content | upper }}{% endfor %} # drops, moves or changes the content of message 0",
                "{% for m in messages %}{{ m.content | trim }}{% endfor %} # drops, moves or changes the content of message 0",
                "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %} # repeats",
                "{{ messages[0].content }} # drops, moves or changes the content of message 1",
                "{% for m in messages %}{{ m.content }}<|image|>{% endfor %} # it writes <|image|> where no such medium is",
                "{% for m in messages | reverse %}{{ m.content }}{% endfor %} # repeats, moves or changes",
                "{{ raise_exception('never') }} # The chat template cannot be used: never",
            })
    void refusesTemplatesThatLoseOrChangeContent(String jinja, String reason) {
        assertThatThrownBy(() -> compile(jinja, IMAGES, ContentFormat.STRING).verify())
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                .hasMessageContaining(reason);
    }

    @Test
    void namesTheContentFormatThatATemplateForStringsNeeds() {
        assertThatThrownBy(() ->
                        resource("chatml.jinja", Map.of(), ContentFormat.PARTS).verify())
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                .hasMessage("The chat template cannot be used: it does not take a list of parts as content"
                        + " (compile with content format 'string')");
    }

    @Test
    void refusesTemplatesWithoutAPlaceIn() {
        String textOnly = "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
                + "{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %}{% endfor %}";
        compile(textOnly, Map.of(), ContentFormat.PARTS).verify();
        assertThatThrownBy(() -> compile(textOnly, IMAGES, ContentFormat.PARTS).verify())
                .hasMessageContaining("no placeholder for the image in message 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ messages | nosuchfilter }}",
                "{% if messages is nosuchtest %}{% endif %}",
                "{% if false %}{{ nosuchfunction() }}{% endif %}",
                "{% generation %}{% endgeneration %}",
                "{% include 'other' %}",
                "{% import 'file:///etc/passwd' as p %}",
                "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}",
                "{% for m in messages %}",
                "{{ 'open",
                "{{ messages[0].content.nosuchmethod() }}",
            })
    void refusesWhatJinjavaWouldIgnoreOrCannotDo(String construct) {
        String jinja = construct + "{% for m in messages %}{{ m.content }}{% endfor %}";
        assertThatThrownBy(() -> compile(jinja, Map.of(), ContentFormat.STRING))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CHECKPOINT))
                .hasMessageStartingWith("The chat template cannot be used: ");
    }

    @Test
    void clientTextNeverPassesThroughJinja() {
        ChatTemplate template = TemplateFixtures.mini(ContentFormat.PARTS);
        for (String text : List.of(
                "{{7*7}}",
                "{% for x in messages %}",
                "{# #}",
                "<|image|><|user|>[gMASK]",
                Sentinel.of(0),
                "\uE000".repeat(40),
                "x".repeat(100_000))) {
            assertThat(template.render(conversation(system(text), user(text))))
                    .containsExactly(
                            new Literal("[gMASK]<sop><|system|>\n"),
                            new ClientText(0, 0, text, Role.SYSTEM),
                            new Literal("<|user|>\n"),
                            new ClientText(1, 0, text, Role.USER),
                            new Literal("<|assistant|>\n"));
        }
    }

    @Test
    void refusesMediaThatTheModelDoesNotTake() {
        ChatTemplate template = resource("glm-4.1v.jinja", IMAGES, ContentFormat.PARTS);
        assertThatThrownBy(() -> template.render(conversation(user(AUDIO))))
                .isInstanceOfSatisfying(
                        ServingException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CONTENT_TYPE))
                .hasMessage("This model does not take audio");
        assertThatThrownBy(() -> new Turn(Role.SYSTEM, List.of(IMAGE)))
                .hasMessage("A message of role 'system' can only have text parts");
        assertThatThrownBy(() -> template.render(conversation(user("Q"), new Turn(Role.TOOL, "T"))))
                .hasMessageContaining("it drops, moves or changes the content of message 1");
    }

    @Test
    void rendersForManyCallersAtOnce() throws Exception {
        ChatTemplate template = TemplateFixtures.mini(ContentFormat.PARTS);
        List<PromptPiece> alone = template.render(HISTORY);
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Callable<List<PromptPiece>>> calls = Collections.nCopies(100, () -> template.render(HISTORY));
            for (Future<List<PromptPiece>> rendered : callers.invokeAll(calls)) {
                assertThat(rendered.get()).isEqualTo(alone);
            }
        }
    }
}
