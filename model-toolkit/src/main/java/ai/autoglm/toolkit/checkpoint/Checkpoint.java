package ai.autoglm.toolkit.checkpoint;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/// A checkpoint directory, opened: its JSON files and its memory-mapped tensors, wherever they are sharded to.
/// Closing it unmaps the tensors.
public final class Checkpoint implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final Arena arena = Arena.ofShared();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private Checkpoint(Path directory) {
        this.directory = directory;
    }

    /// Opens the checkpoint in `directory`.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when a file is missing or damaged
    public static Checkpoint open(Path directory) {
        if (!Files.isRegularFile(directory.resolve("config.json"))) {
            throw new ServingException(
                    ErrorCode.INVALID_CHECKPOINT, directory + " is no checkpoint: it has no config.json.");
        }
        Checkpoint checkpoint = new Checkpoint(directory);
        try {
            for (Path file : weightFiles(directory)) {
                checkpoint.tensors.putAll(SafetensorsFile.map(file, checkpoint.arena));
            }
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /// The files of `directory` that hold its tensors, in name order.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when one is missing
    public static NavigableSet<Path> weightFiles(Path directory) {
        JsonNode weightMap = json(directory, "model.safetensors.index.json").path("weight_map");
        NavigableSet<Path> files = new TreeSet<>();
        weightMap.forEach(file -> files.add(directory.resolve(file.asText()).normalize()));
        if (files.isEmpty()) {
            files.add(directory.resolve("model.safetensors"));
        }
        for (Path file : files) {
            if (!Files.isRegularFile(file)
                    || !file.toAbsolutePath()
                            .normalize()
                            .startsWith(directory.toAbsolutePath().normalize())) {
                throw new ServingException(
                        ErrorCode.INVALID_CHECKPOINT, directory + " is incomplete: " + file + " is missing.");
            }
        }
        return files;
    }

    public Path directory() {
        return directory;
    }

    /// The JSON file of this name; a missing node when there is none.
    public JsonNode json(String name) {
        return json(directory, name);
    }

    private static JsonNode json(Path directory, String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, file + " is not valid JSON.", e);
        } catch (IOException e) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, "Cannot read " + file + ".", e);
        }
    }

    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /// All tensors by name.
    public Map<String, StoredTensor> tensors() {
        return Map.copyOf(tensors);
    }

    @Override
    public void close() {
        arena.close();
    }
}
