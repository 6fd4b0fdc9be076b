package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.compile.CompileProgress;
import ai.autoglm.toolkit.digest.Sha256;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/// Copies a folder of a web server to a disk, every byte vouched for: the list of its files by a digest that the caller
/// knows, each file by the list. Files that are there already are looked at and kept.
public final class Download {
    private static final int ATTEMPTS = 6;
    private static final int BUFFER_BYTES = 4 << 20;

    private final WebFolder folder;
    private final String listSha256;
    private final Duration retryPause;
    private final CompileProgress progress;

    /// @param listSha256 SHA-256 of the file `SHA256SUMS` in the folder
    /// @param retryPause before the second attempt at a file; doubled for each further one
    public Download(WebFolder folder, String listSha256, Duration retryPause, CompileProgress progress) {
        this.folder = folder;
        this.listSha256 = listSha256;
        this.retryPause = retryPause;
        this.progress = progress;
    }

    /// @throws ServingException INVALID_CONFIGURATION when a digest differs or the server refuses;
    ///     BACKEND_UNAVAILABLE when it cannot be reached
    void to(Path directory) throws InterruptedException {
        try {
            Files.createDirectories(directory);
            Path list = directory.resolve(ChecksumList.FILE_NAME);
            fetch(new ChecksumList.Entry(listSha256, Path.of(ChecksumList.FILE_NAME)), list);
            for (ChecksumList.Entry entry :
                    ChecksumList.parse(Files.readString(list)).entries()) {
                Path file = directory.resolve(entry.path());
                Files.createDirectories(file.getParent());
                fetch(entry, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + directory, e);
        }
    }

    private void fetch(ChecksumList.Entry entry, Path file) throws IOException, InterruptedException {
        if (Files.exists(file) && sha256(file).equals(entry.sha256())) {
            return;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        progress.begin("download " + entry.path(), 0);
        attempt(entry.path(), part);
        String found = sha256(part);
        if (!found.equals(entry.sha256())) {
            Files.delete(part);
            throw new ServingException(
                    ErrorCode.INVALID_CONFIGURATION,
                    folder.address(entry.path()) + " has SHA-256 " + found + " where " + entry.sha256()
                            + " is expected: it is damaged, or another file.");
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void attempt(Path path, Path part) throws InterruptedException {
        Duration pause = retryPause;
        for (int attempt = 1; ; attempt++) {
            try {
                folder.fetch(path, part, progress::advance);
                return;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new ServingException(
                            ErrorCode.BACKEND_UNAVAILABLE,
                            "Cannot fetch " + folder.address(path) + ": " + e.getMessage() + ".",
                            e);
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.begin();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer.clear()) >= 0) {
                digest.update(buffer.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
