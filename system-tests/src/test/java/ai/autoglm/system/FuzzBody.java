package ai.autoglm.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/// A damaged request. Body `number` is always the same one.
final class FuzzBody {
    private static final String JSON = "application/json";
    private static final String BOUNDARY = "fuzz-boundary";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final List<Map<String, Object>> CHATS = chats();
    private static final Map<String, Map<String, Object>> OTHERS = Map.of(
            "/v1/completions",
            Map.of("prompt", "Who are you?", "max_tokens", 4, "seed", 7, "n", 2, "logprobs", 1, "stop", List.of("x")),
            "/v1/responses",
            Map.of("input", List.of(Map.of("role", "user", "content", "Hi")), "max_output_tokens", 4, "temperature", 0),
            "/tokenize",
            Map.of("messages", List.of(Map.of("role", "user", "content", "Hi"))),
            "/detokenize",
            Map.of("tokens", List.of(1, 2, 3)));
    private static final List<byte[]> IMAGES = images();
    private static final List<byte[]> AUDIOS = List.of(
            Repository.golden("speech1.wav"),
            Repository.audio("8k-mu-law.wav"),
            Repository.audio("mpeg2-16k-mono.mp3"),
            Repository.audio("mpeg25-8k-mono.mp3"),
            Repository.audio("16k-mono-16bit.flac"),
            Repository.audio("vorbis-8k-mono.ogg"));

    private final int number;
    private final String path;
    private final String contentType;
    private final byte[] bytes;

    private FuzzBody(int number, String path, String contentType, byte[] bytes) {
        this.number = number;
        this.path = path;
        this.contentType = contentType;
        this.bytes = bytes;
    }

    int number() {
        return number;
    }

    /// That it is sent to.
    String path() {
        return path;
    }

    String contentType() {
        return contentType;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    static FuzzBody of(int number) {
        RandomGenerator random = new SplittableRandom(number);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> chat(number, brokenText(anyChat(random), random));
            case 3, 4 -> chat(number, write(brokenTree(anyChat(random), random)));
            case 5 -> chat(number, brokenBase64(random));
            case 6 -> chat(number, write(image(damaged(any(IMAGES, random), random))));
            case 7 -> chat(number, write(audio(damaged(any(AUDIOS, random), random))));
            case 8 -> other(number, random);
            default -> multipart(number, random);
        };
    }

    private static FuzzBody chat(int number, byte[] bytes) {
        return new FuzzBody(number, "/v1/chat/completions", JSON, bytes);
    }

    private static FuzzBody other(int number, RandomGenerator random) {
        String path = any(List.copyOf(OTHERS.keySet().stream().sorted().toList()), random);
        Map<String, Object> request = OTHERS.getOrDefault(path, Map.of());
        byte[] bytes = random.nextBoolean() ? brokenText(request, random) : write(brokenTree(request, random));
        return new FuzzBody(number, path, JSON, bytes);
    }

    private static FuzzBody multipart(int number, RandomGenerator random) {
        byte[] audio = any(AUDIOS, random);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
                + ChatRequests.MODEL + "\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
                + "Content-Type: audio/wav\r\n\r\n"));
        int head = body.size();
        body.writeBytes(random.nextBoolean() ? damaged(audio, random) : audio);
        body.writeBytes(text("\r\n--" + BOUNDARY + "--\r\n"));
        byte[] whole = body.toByteArray();
        return new FuzzBody(
                number,
                "/v1/audio/transcriptions",
                "multipart/form-data; boundary=" + BOUNDARY,
                random.nextBoolean() ? Mutation.of(whole, head, random) : whole);
    }

    private static byte[] brokenText(Map<String, Object> request, RandomGenerator random) {
        byte[] bytes = write(request);
        return Mutation.of(bytes, bytes.length, random);
    }

    /// Well-formed JSON in which some values are not what they should be.
    private static JsonNode brokenTree(Map<String, Object> request, RandomGenerator random) {
        JsonNode root = Json.read(write(request));
        for (int change = random.nextInt(1, 4); change > 0; change--) {
            List<JsonNode> containers = new ArrayList<>();
            collect(root, containers);
            change(any(containers, random), random);
        }
        return root;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void change(JsonNode container, RandomGenerator random) {
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || random.nextInt(8) == 0 ? "unknown" : any(names, random);
            if (random.nextInt(5) == 0) {
                object.remove(name);
            } else {
                object.set(name, hostileValue(random));
            }
        } else if (container instanceof ArrayNode array) {
            array.insert(random.nextInt(array.size() + 1), hostileValue(random));
        }
    }

    private static JsonNode hostileValue(RandomGenerator random) {
        return switch (random.nextInt(14)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(-1);
            case 3 -> NODES.numberNode(0);
            case 4 -> NODES.numberNode(Long.MAX_VALUE);
            case 5 -> NODES.numberNode(1e308);
            case 6 -> NODES.numberNode(0.5);
            case 7 -> NODES.textNode("");
            case 8 -> NODES.textNode("<|image|><|begin_of_audio|>{{7*7}}\u0000\uffff");
            case 9 -> NODES.textNode("a".repeat(random.nextInt(1, 20_000)));
            case 10 -> NODES.arrayNode();
            case 11 -> NODES.objectNode();
            case 12 -> nested(random.nextInt(1, 200));
            default -> NODES.textNode("\ud83d\ude00 你好 \u202e");
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = NODES.numberNode(1);
        for (int level = 0; level < depth; level++) {
            node = NODES.arrayNode().add(node);
        }
        return node;
    }

    private static byte[] brokenBase64(RandomGenerator random) {
        byte[] body = write(random.nextBoolean() ? image(any(IMAGES, random)) : audio(any(AUDIOS, random)));
        int marker = new String(body, StandardCharsets.ISO_8859_1).indexOf("base64,");
        byte[] head = Arrays.copyOf(body, Math.max(marker, 0));
        byte[] tail = Mutation.of(Arrays.copyOfRange(body, head.length, body.length), 300, random);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(head);
        joined.writeBytes(tail);
        return joined.toByteArray();
    }

    /// Mostly in its first bytes, where the sizes stand.
    private static byte[] damaged(byte[] file, RandomGenerator random) {
        return Mutation.of(file, random.nextInt(4) == 0 ? file.length : 64, random);
    }

    private static Map<String, Object> image(byte[] file) {
        return ChatRequests.with(ChatRequests.ask(ChatRequests.image(file), "What is it?"), "max_tokens", 2);
    }

    private static Map<String, Object> audio(byte[] file) {
        return ChatRequests.with(ChatRequests.ask(ChatRequests.audio(file, "wav"), "Transcribe"), "max_tokens", 2);
    }

    private static Map<String, Object> anyChat(RandomGenerator random) {
        return any(CHATS, random);
    }

    private static List<Map<String, Object>> chats() {
        Map<String, Object> sampled = new LinkedHashMap<>(ChatRequests.ask("你是谁?"));
        sampled.put("max_tokens", 4);
        sampled.put("temperature", 0.7);
        sampled.put("top_p", 0.9);
        sampled.put("top_k", 20);
        sampled.put("min_p", 0.1);
        sampled.put("seed", 7);
        sampled.put("n", 2);
        sampled.put("stop", List.of("。", "stop"));
        sampled.put("frequency_penalty", 0.2);
        sampled.put("repetition_penalty", 1.1);
        sampled.put("logit_bias", Map.of("5", 1));
        sampled.put("logprobs", true);
        sampled.put("top_logprobs", 2);
        sampled.put("stop_token_ids", List.of(3));
        sampled.put("min_tokens", 1);
        Map<String, Object> streamed = new LinkedHashMap<>(ChatRequests.chat(List.of(
                ChatRequests.message("system", "You are helpful."),
                ChatRequests.message("user", "Hi"),
                ChatRequests.message("assistant", "<think>x</think>"),
                ChatRequests.message("user", "a", "b"))));
        streamed.put("max_completion_tokens", 4);
        streamed.put("stream", true);
        streamed.put("stream_options", Map.of("include_usage", true));
        streamed.put("enable_thinking", true);
        streamed.put("chat_template_kwargs", Map.of("enable_thinking", false));
        Map<String, Object> structured = new LinkedHashMap<>(ChatRequests.ask("Give me JSON."));
        structured.put("max_tokens", 24);
        structured.put("enable_thinking", false);
        structured.put(
                "response_format",
                Map.of("type", "json_schema", "json_schema", Map.of("name", "answer", "schema", schema())));
        Map<String, Object> tools = new LinkedHashMap<>(ChatRequests.ask("Tap it."));
        tools.put("max_tokens", 48);
        tools.put("tool_choice", "required");
        tools.put(
                "tools",
                List.of(Map.of("type", "function", "function", Map.of("name", "tap", "parameters", schema()))));
        return List.of(sampled, streamed, structured, tools);
    }

    private static Map<String, Object> schema() {
        return Map.of(
                "type",
                "object",
                "properties",
                Map.of("a", Map.of("type", "string", "maxLength", 5), "b", Map.of("enum", List.of(1, 2))),
                "required",
                List.of("a"),
                "additionalProperties",
                false);
    }

    private static List<byte[]> images() {
        return List.of(
                Repository.golden("odd2.png"),
                Repository.golden("screen0.png"),
                drawn("jpeg"),
                drawn("gif"),
                Repository.image("lossy.webp"),
                Repository.image("lossless-alpha.webp"));
    }

    private static byte[] drawn(String format) {
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                image.setRGB(x, y, x * y * 1237);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static <T> T any(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] write(Object value) {
        return text(Json.write(value));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
