package ai.autoglm.toolkit.compile;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.autoglm.toolkit.checkpoint.Checkpoint;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Two answers to "is this still the same checkpoint?": the content's SHA-256, and as a shortcut the files' names,
/// sizes and times.
final class CheckpointFingerprint {
    private static final int BUFFER_BYTES = 4 << 20;

    private final Path directory;

    CheckpointFingerprint(Path directory) {
        this.directory = directory.normalize();
    }

    /// SHA-256 over name, length and content of every file that the compiler reads, in name order.
    String sha256(CompileProgress progress) {
        progress.begin("checksum", totalBytes());
        MessageDigest digest = Sha256.begin();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (Path file : files()) {
            try (FileChannel channel = FileChannel.open(file)) {
                digest.update((directory.relativize(file) + "\0" + channel.size() + "\0").getBytes(UTF_8));
                while (channel.read(buffer.clear()) >= 0) {
                    progress.advance(buffer.flip().remaining());
                    digest.update(buffer);
                }
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// A line for each file: name, size, time of the last change.
    String shortcut() {
        StringBuilder lines = new StringBuilder();
        for (Path file : files()) {
            try {
                lines.append(directory.relativize(file))
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        return lines.toString();
    }

    private long totalBytes() {
        long total = 0;
        for (Path file : files()) {
            try {
                total += Files.size(file);
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        return total;
    }

    private NavigableSet<Path> files() {
        NavigableSet<Path> files = new TreeSet<>(Checkpoint.weightFiles(directory));
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(Files::isRegularFile)
                    .filter(file -> isText(file.getFileName().toString()))
                    .forEach(files::add);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        return files;
    }

    private static boolean isText(String name) {
        return name.endsWith(".json") || name.endsWith(".jinja");
    }

    private static ServingException unreadable(Path file, IOException cause) {
        return new ServingException(ErrorCode.INVALID_CHECKPOINT, "Cannot read " + file + ".", cause);
    }
}
