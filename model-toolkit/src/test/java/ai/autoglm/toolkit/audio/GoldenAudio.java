package ai.autoglm.toolkit.audio;

import ai.autoglm.toolkit.compile.GoldenTensors;
import ai.autoglm.toolkit.compile.TestFiles;
import ai.autoglm.toolkit.deadline.Deadline;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The audio part of the golden vectors, and this stage's own encoded files.
final class GoldenAudio {
    static final AudioPreprocessing PREPROCESSING = new AudioPreprocessing(16_000, 160, 400, 80, 6);

    private static final Path RESOURCES = Path.of(
            Objects.requireNonNull(System.getProperty("autoglm.root")), "model-toolkit", "src", "test", "resources");

    private GoldenAudio() {}

    static byte[] file(String name) {
        return read(TestFiles.golden(name));
    }

    static byte[] encoded(String name) {
        return read(RESOURCES.resolve("audio").resolve(name));
    }

    static Waveform waveform(String name) {
        return AudioDecoder.decode(file(name), AudioLimits.DEFAULT, Deadline.NONE);
    }

    /// Token counts by audio file.
    static Map<String, Integer> tokenCounts() {
        try {
            Map<String, Integer> counts = new HashMap<>();
            for (JsonNode example :
                    new JsonMapper().readTree(TestFiles.golden("golden.json").toFile())) {
                List<JsonNode> names = example.path("audios").valueStream().toList();
                for (int i = 0; i < names.size(); i++) {
                    counts.put(
                            names.get(i).asText(),
                            example.path("audio_token_counts").path(i).asInt());
                }
            }
            return counts;
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /// [window, mel, frame] of an audio file.
    static FloatBuffer logMel(String name) {
        return FloatBuffer.wrap(GoldenTensors.mini().floats(name + ".log_mel"));
    }

    private static byte[] read(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
