package ai.autoglm.toolkit.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one safetensors file through memory mapping: eight bytes of header length, a JSON header, then the tensors.
/// Nothing is copied, and files above 2 GB are no special case.
///
/// Source: the safetensors format description; every offset is checked before a tensor is handed out.
public final class SafetensorsFile {
    private static final ValueLayout.OfLong HEADER_LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    // The format's own limit: a header is metadata, not a place for weights.
    private static final long MAX_HEADER_BYTES = 100L << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private SafetensorsFile() {}

    /// The tensors of `file` by name, valid as long as `arena` is open.
    ///
    /// @throws ServingException with [ErrorCode#INVALID_CHECKPOINT] when the file is cut or inconsistent
    public static Map<String, StoredTensor> map(Path file, Arena arena) {
        MemorySegment bytes;
        try (FileChannel channel = FileChannel.open(file)) {
            bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new ServingException(ErrorCode.INVALID_CHECKPOINT, "Cannot read " + file + ".", e);
        }
        if (bytes.byteSize() < 8) {
            throw broken(file, "it is shorter than its header");
        }
        long headerLength = bytes.get(HEADER_LENGTH, 0);
        if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, bytes.byteSize() - 8)) {
            throw broken(file, "its header claims " + headerLength + " of " + bytes.byteSize() + " bytes");
        }
        String header = new String(bytes.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE), UTF_8);
        return tensors(file, header, bytes.asSlice(8 + headerLength));
    }

    private static Map<String, StoredTensor> tensors(Path file, String header, MemorySegment data) {
        JsonNode entries;
        try {
            entries = JSON.readTree(header);
        } catch (JsonProcessingException e) {
            throw broken(file, "its header is not JSON");
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
            }
        }
        return tensors;
    }

    private static StoredTensor tensor(Path file, String name, JsonNode entry, MemorySegment data) {
        JsonNode offsets = entry.path("data_offsets");
        long begin = offsets.path(0).asLong(-1);
        long end = offsets.path(1).asLong(-1);
        if (begin < 0 || end < begin || end > data.byteSize()) {
            throw broken(file, "tensor " + name + " lies outside the file (download it again?)");
        }
        List<Long> shape = new ArrayList<>();
        for (JsonNode extent : entry.path("shape")) {
            shape.add(extent.asLong(-1));
        }
        String type = entry.path("dtype").asText();
        if (byteCount(shape, elementBytes(file, name, type)) != end - begin) {
            throw broken(file, "tensor " + name + " has shape " + shape + " but " + (end - begin) + " bytes");
        }
        return new StoredTensor(name, type, shape, data.asSlice(begin, end - begin));
    }

    /// -1 where there is no such number.
    private static long byteCount(List<Long> shape, int elementBytes) {
        if (shape.stream().anyMatch(extent -> extent < 0)) {
            return -1;
        }
        try {
            return shape.stream().reduce((long) elementBytes, Math::multiplyExact);
        } catch (ArithmeticException tooLarge) {
            return -1;
        }
    }

    private static int elementBytes(Path file, String name, String type) {
        return switch (type) {
            case "F64", "I64", "U64" -> 8;
            case "F32", "I32", "U32" -> 4;
            case "F16", "BF16", "I16", "U16" -> 2;
            case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2" -> 1;
            default -> throw broken(file, "tensor " + name + " has the unknown element type " + type);
        };
    }

    private static ServingException broken(Path file, String reason) {
        return new ServingException(ErrorCode.INVALID_CHECKPOINT, file + " is damaged: " + reason + ".");
    }
}
