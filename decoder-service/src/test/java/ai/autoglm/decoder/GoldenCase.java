package ai.autoglm.decoder;

import ai.autoglm.decoder.fuse.FusedPrompt;
import ai.autoglm.decoder.fuse.MediaRowChunk;
import ai.autoglm.decoder.fuse.PromptSegment;
import ai.autoglm.decoder.fuse.PromptSegment.MediaRun;
import ai.autoglm.decoder.fuse.PromptSegment.TokenRun;
import ai.autoglm.decoder.sampling.StopConditions;
import ai.autoglm.decoder.schedule.GenerationRequest;
import ai.autoglm.toolkit.bundle.TokenSpec;
import ai.autoglm.toolkit.checkpoint.SafetensorsFile;
import ai.autoglm.toolkit.checkpoint.StoredTensor;
import ai.autoglm.toolkit.engine.ElementType;
import ai.autoglm.toolkit.engine.FloatView;
import ai.autoglm.toolkit.position.PositionRun;
import ai.autoglm.toolkit.position.PositionRun.ImageRun;
import ai.autoglm.toolkit.position.PositionRun.TextRun;
import ai.autoglm.toolkit.tokenizer.TokenIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One prompt of the embedded model with what transformers makes of it.
public record GoldenCase(JsonNode json) {
    public static final Path ROOT = Path.of(System.getProperty("autoglm.root"));
    private static final Path GOLDEN = ROOT.resolve("model-toolkit/src/test/resources/golden/autoglm-phone-mini");
    private static final Map<String, StoredTensor> TENSORS =
            SafetensorsFile.map(GOLDEN.resolve("golden.safetensors"), Arena.ofAuto());

    /// All of them, in order.
    public static Stream<GoldenCase> all() {
        try {
            JsonNode cases =
                    new JsonMapper().readTree(GOLDEN.resolve("golden.json").toFile());
            return cases.valueStream().map(GoldenCase::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static GoldenCase named(String name) {
        return all().filter(golden -> golden.name().equals(name)).findFirst().orElseThrow();
    }

    public String name() {
        return json.get("name").asText();
    }

    public TokenIds promptIds() {
        return ids("prompt_token_ids");
    }

    public TokenIds greedyIds() {
        return ids("greedy_token_ids");
    }

    public int maxTokens() {
        return json.get("max_tokens").asInt();
    }

    /// The right answer, where there is one.
    public Optional<String> expected() {
        return Optional.ofNullable(json.get("expected"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /// Files of images and audios, in prompt order; each lies beside the golden vectors.
    public List<String> media(TokenSpec tokens) {
        return prompt(tokens).segments().stream()
                .filter(MediaRun.class::isInstance)
                .map(segment -> ((MediaRun) segment).sha256())
                .toList();
    }

    /// A file beside the golden vectors.
    public static Path file(String name) {
        return GOLDEN.resolve(name);
    }

    float[] firstLogits() {
        return tensor(name() + ".first_logits").toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    /// @param generated what an earlier generation has answered already
    /// @param salt cases with different ones share no prefix
    GenerationRequest request(TokenSpec tokens, TokenIds generated, String salt) {
        return GreedyRequest.resumed(
                name(),
                prompt(tokens),
                new StopConditions(maxTokens(), 0, Set.copyOf(tokens.endOfSequence()), Set.of()),
                generated,
                salt);
    }

    public FusedPrompt prompt(TokenSpec tokens) {
        TokenIds ids = promptIds();
        Iterator<JsonNode> images = values("images");
        Iterator<JsonNode> audios = values("audios");
        Iterator<JsonNode> grids = values("image_grids");
        List<PromptSegment> segments = new ArrayList<>();
        for (int start = 0, end; start < ids.size(); start = end) {
            boolean image = Objects.equals(ids.at(start), tokens.image());
            boolean media = image || Objects.equals(ids.at(start), tokens.audio());
            boolean fused = isFused(start);
            if (media) {
                JsonNode file = (image ? images : audios).next();
                PositionRun run = image
                        ? grid(grids.next())
                        : new TextRun((int) embeddings(file.asText()).byteSize() / 4 / hiddenSize());
                segments.add(new MediaRun(fused, file.asText(), ids.at(start), run));
                end = start + run.tokenCount();
            } else {
                end = start + 1;
                segments.add(new TokenRun(fused, ids.slice(start, end)));
            }
        }
        return new FusedPrompt(segments);
    }

    /// All media rows of the prompt, in messages of at most `rowsPerMessage`.
    public List<MediaRowChunk> mediaRows(TokenSpec tokens, int rowsPerMessage) {
        List<MediaRowChunk> messages = new ArrayList<>();
        int ordinal = 0;
        for (PromptSegment segment : prompt(tokens).segments()) {
            if (segment instanceof MediaRun medium) {
                MemorySegment rows = embeddings(medium.sha256());
                int rowCount = medium.positions().tokenCount();
                long rowBytes = rows.byteSize() / rowCount;
                for (int first = 0; first < rowCount; first += rowsPerMessage) {
                    int count = Math.min(rowsPerMessage, rowCount - first);
                    messages.add(new MediaRowChunk(
                            ordinal + first,
                            count,
                            new FloatView(ElementType.FLOAT32, rows.asSlice(first * rowBytes, count * rowBytes))));
                }
                ordinal += rowCount;
            }
        }
        return messages;
    }

    private boolean isFused(int row) {
        return json.get("fuse_flags").get(row).asInt() == 1;
    }

    private static ImageRun grid(JsonNode patches) {
        return new ImageRun(patches.get(1).asInt() / 2, patches.get(2).asInt() / 2);
    }

    private static MemorySegment embeddings(String file) {
        String kind = file.endsWith(".png") ? ".image_embeds" : ".audio_embeds";
        return tensor(file + kind);
    }

    private static int hiddenSize() {
        return Math.toIntExact(Objects.requireNonNull(TENSORS.get("home.png.image_embeds"))
                .shape()
                .getLast());
    }

    private static MemorySegment tensor(String name) {
        return Objects.requireNonNull(TENSORS.get(name), name).data();
    }

    private Iterator<JsonNode> values(String key) {
        JsonNode array = json.get(key);
        return array == null ? List.<JsonNode>of().iterator() : array.iterator();
    }

    private TokenIds ids(String key) {
        TokenIds.Builder ids = TokenIds.builder();
        json.get(key).forEach(id -> ids.append(id.asInt()));
        return ids.build();
    }

    @Override
    public String toString() {
        return name();
    }
}
