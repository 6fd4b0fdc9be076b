package ai.autoglm.toolkit.chattemplate;

import ai.autoglm.toolkit.bundle.ContentFormat;
import ai.autoglm.toolkit.chattemplate.ContentPart.Media;
import ai.autoglm.toolkit.chattemplate.ContentPart.Text;
import ai.autoglm.toolkit.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Templates and conversations for tests.
final class TemplateFixtures {
    static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    static final Path MINI = ROOT.resolve("models/autoglm-phone-mini");
    static final Tokenizer TOKENIZER = Tokenizer.load(MINI.resolve("tokenizer.json"));
    static final Map<MediaKind, MediaMarkers> MEDIA = Map.of(
            MediaKind.IMAGE, MediaMarkers.of(TOKENIZER, 2035, 2039, 2036),
            MediaKind.AUDIO, MediaMarkers.of(TOKENIZER, 2041, 2043, 2042));
    static final Map<MediaKind, MediaMarkers> IMAGES = Map.of(MediaKind.IMAGE, MEDIA.get(MediaKind.IMAGE));
    static final Text TEXT = new Text("Q");
    static final Media IMAGE = new Media(MediaKind.IMAGE);
    static final Media AUDIO = new Media(MediaKind.AUDIO);

    private TemplateFixtures() {}

    static ChatTemplate mini(ContentFormat format) {
        return compile(read(MINI.resolve("chat_template.jinja")), MEDIA, format);
    }

    static ChatTemplate resource(String name, Map<MediaKind, MediaMarkers> media, ContentFormat format) {
        return compile(
                read(ROOT.resolve("model-toolkit/src/test/resources/chattemplate")
                        .resolve(name)),
                media,
                format);
    }

    static ChatTemplate compile(String jinja, Map<MediaKind, MediaMarkers> media, ContentFormat format) {
        return ChatTemplate.compile(jinja, new TemplateSettings(media, format, "<s>", "</s>"));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Conversation conversation(Turn... turns) {
        return new Conversation(List.of(turns), true, null);
    }

    static Turn user(ContentPart... parts) {
        return new Turn(Role.USER, Arrays.asList(parts));
    }

    static Turn user(String text) {
        return new Turn(Role.USER, text);
    }

    static Turn system(String text) {
        return new Turn(Role.SYSTEM, text);
    }

    static Turn assistant(String text) {
        return new Turn(Role.ASSISTANT, text);
    }

    /// The rendered string as transformers would have it, with one placeholder token for each medium.
    static String text(List<PromptPiece> pieces) {
        return pieces.stream()
                .map(piece -> switch (piece) {
                    case PromptPiece.Literal(String text) -> text;
                    case PromptPiece.Prefill(String text) -> text;
                    case PromptPiece.ClientText client -> client.text();
                    case PromptPiece.MediaPlaceholder medium ->
                        MEDIA.getOrDefault(medium.kind(), new MediaMarkers("", "?", ""))
                                .placeholder();
                })
                .collect(Collectors.joining());
    }
}
