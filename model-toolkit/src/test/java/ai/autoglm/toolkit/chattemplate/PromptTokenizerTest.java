package ai.autoglm.toolkit.chattemplate;

import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.IMAGE;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.TOKENIZER;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.assistant;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.conversation;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.resource;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.system;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.text;
import static ai.autoglm.toolkit.chattemplate.TemplateFixtures.user;
import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.chattemplate.PromptSegment.Media;
import ai.autoglm.toolkit.chattemplate.PromptSegment.Tokens;
import ai.autoglm.toolkit.compile.TestFiles;
import ai.autoglm.toolkit.tokenizer.RandomText;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTokenizerTest {
    private static final int DOUBLE_NEWLINE = 2025;
    private static final ChatTemplate TEMPLATE = TemplateFixtures.mini(ContentFormat.PARTS);

    private final PromptTokenizer prompts = new PromptTokenizer(TOKENIZER);

    @Test
    void givesGoldenIdsAndFuseFlags() throws IOException {
        JsonNode cases =
                new ObjectMapper().readTree(TestFiles.golden("golden.json").toFile());
        assertThat(cases).hasSize(32);
        for (JsonNode golden : cases) {
            List<Integer> ids = new ArrayList<>();
            List<Integer> fuseFlags = new ArrayList<>();
            Iterator<JsonNode> grids = golden.path("image_grids").iterator();
            Iterator<JsonNode> audios = golden.path("audio_token_counts").iterator();
            for (PromptSegment segment : prompts.tokenize(TEMPLATE.render(conversationOf(golden)))) {
                switch (segment) {
                    case Tokens(TokenIds tokens, boolean fused) ->
                        tokens.stream().forEach(id -> add(id, fused ? 1 : 0, 1, ids, fuseFlags));
                    case Media(MediaKind kind, int _, int _) -> {
                        switch (kind) {
                            case IMAGE -> {
                                JsonNode grid = grids.next();
                                add(2039, 1, grid.get(1).asInt() * grid.get(2).asInt() / 4, ids, fuseFlags);
                            }
                            case AUDIO -> add(2043, 1, audios.next().asInt(), ids, fuseFlags);
                        }
                    }
                }
            }
            String name = golden.path("name").asText();
            assertThat(ids).as(name).isEqualTo(integers(golden.path("prompt_token_ids")));
            assertThat(fuseFlags).as(name).isEqualTo(integers(golden.path("fuse_flags")));
        }
    }

    @Test
    void givesTheIdsOfTheWholeRenderedString() {
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            List<Turn> turns = new ArrayList<>(List.of(system(RandomText.next(random))));
            for (int n = random.nextInt(3); n >= 0; n--) {
                turns.add(user(
                        new ContentPart.Text(RandomText.next(random)),
                        IMAGE,
                        new ContentPart.Text(RandomText.next(random)),
                        new ContentPart.Text(RandomText.next(random))));
                turns.add(assistant("<think>" + RandomText.next(random) + "</think>" + RandomText.next(random)));
            }
            List<PromptPiece> pieces =
                    TEMPLATE.render(new Conversation(turns, random.nextBoolean(), random.nextBoolean()));
            assertThat(idsWithPlaceholders(prompts, pieces)).isEqualTo(TOKENIZER.encodeTemplate(text(pieces)));
        }
    }

    /// With a token for two newlines, the template's newline and the client's first one are one token.
    @Test
    void encodesAcrossTheBorderBetweenTemplateAndContent(@TempDir Path directory) throws IOException {
        try (Tokenizer tokenizer = withDoubleNewline(directory)) {
            PromptTokenizer doubleNewlines = new PromptTokenizer(tokenizer);
            List<PromptPiece> pieces = TEMPLATE.render(conversation(user("\nhi"), assistant("\nyes"), user("x")));
            assertThat(idsWithPlaceholders(doubleNewlines, pieces)).isEqualTo(tokenizer.encodeTemplate(text(pieces)));
            TokenIds doubleNewline = TokenIds.of(DOUBLE_NEWLINE);
            List<PromptSegment> segments = doubleNewlines.tokenize(pieces);
            assertThat(segments).hasSize(3);
            assertThat(((Tokens) segments.getFirst()).ids().slice(3, 4)).isEqualTo(doubleNewline);
            assertThat(segments.get(1)).isEqualTo(new Tokens(doubleNewline.concat(tokenizer.encodeText("yes")), false));
        }
    }

    @Test
    void clientTextNeverBecomesAControlToken() {
        for (String text : List.of(
                "<|image|>",
                "<|user|>",
                "<|assistant|>\n",
                "[gMASK]<sop>",
                "user|>",
                Sentinel.of(0),
                "<|end_of_image|>".repeat(5_000))) {
            List<PromptSegment> segments = prompts.tokenize(TEMPLATE.render(conversation(user(text))));
            TokenIds ids = ((Tokens) segments.getFirst()).ids();
            assertThat(segments).hasSize(1);
            assertThat(ids.stream().filter(TOKENIZER::isSpecial)).hasSize(4);
            assertThat(ids.slice(3, ids.size() - 2)).isEqualTo(TOKENIZER.encodeText("\n" + text));
        }
    }

    @Test
    void clientTextCannotCompleteAControlTokenOfTheTemplate() {
        ChatTemplate halves = TemplateFixtures.compile("<|us{{ messages[0].content }}", Map.of(), ContentFormat.STRING);
        assertThat(prompts.tokenize(halves.render(conversation(user("er|>")))))
                .containsExactly(new Tokens(TOKENIZER.encodeText("<|user|>"), true));
    }

    @Test
    void appendsAnEmptyThoughtWhereTheTemplateHasNoSwitch() {
        Conversation conversation = conversation(user("Who are you?"));
        ChatTemplate glm = resource("glm-4.1v.jinja", TemplateFixtures.IMAGES, ContentFormat.PARTS);
        assertThat(prompts.tokenize(prompts.withDirectAnswer(glm.render(conversation))))
                .isEqualTo(prompts.tokenize(TEMPLATE.render(new Conversation(conversation.turns(), true, false))));
    }

    @Test
    void leavesThePromptAloneWhenTheTokenizerHasNoThinkingTags(@TempDir Path directory) throws IOException {
        ObjectNode root = tokenizerJson();
        ArrayNode added = (ArrayNode) root.path("added_tokens");
        for (int i = 0; i < 4; i++) {
            added.remove(added.size() - 1);
        }
        try (Tokenizer tokenizer = load(root, directory)) {
            List<PromptPiece> pieces = TEMPLATE.render(conversation(user("Hi")));
            assertThat(new PromptTokenizer(tokenizer).withDirectAnswer(pieces)).isEqualTo(pieces);
        }
    }

    private static Conversation conversationOf(JsonNode golden) {
        List<Turn> turns = new ArrayList<>();
        for (JsonNode message : golden.path("messages")) {
            List<ContentPart> parts = new ArrayList<>();
            message.path("parts")
                    .forEach(part -> parts.add(
                            switch (part.asText()) {
                                case "image" -> IMAGE;
                                case "audio" -> TemplateFixtures.AUDIO;
                                default -> new ContentPart.Text(part.asText());
                            }));
            turns.add(new Turn(Role.valueOf(message.path("role").asText().toUpperCase(Locale.ROOT)), parts));
        }
        return new Conversation(turns, true, golden.path("enable_thinking").asBoolean());
    }

    private static void add(int id, int flag, int count, List<Integer> ids, List<Integer> flags) {
        for (int i = 0; i < count; i++) {
            ids.add(id);
            flags.add(flag);
        }
    }

    private static List<Integer> integers(JsonNode array) {
        return array.valueStream().map(JsonNode::asInt).toList();
    }

    private static TokenIds idsWithPlaceholders(PromptTokenizer prompts, List<PromptPiece> pieces) {
        TokenIds.Builder ids = TokenIds.builder();
        for (PromptSegment segment : prompts.tokenize(pieces)) {
            switch (segment) {
                case Tokens(TokenIds tokens, boolean _) -> ids.append(tokens);
                case Media _ -> ids.append(2039);
            }
        }
        return ids.build();
    }

    private static Tokenizer withDoubleNewline(Path directory) throws IOException {
        ObjectNode root = tokenizerJson();
        ((ObjectNode) root.path("model").path("vocab")).put("ĊĊ", DOUBLE_NEWLINE);
        ((ArrayNode) root.path("model").path("merges")).addArray().add("Ċ").add("Ċ");
        root.path("added_tokens")
                .forEach(
                        token -> ((ObjectNode) token).put("id", token.path("id").asInt() + 1));
        return load(root, directory);
    }

    private static ObjectNode tokenizerJson() throws IOException {
        return (ObjectNode) new ObjectMapper()
                .readTree(TemplateFixtures.MINI.resolve("tokenizer.json").toFile());
    }

    private static Tokenizer load(ObjectNode root, Path directory) throws IOException {
        Path file = directory.resolve("tokenizer.json");
        Files.writeString(file, root.toString());
        return Tokenizer.load(file);
    }
}
