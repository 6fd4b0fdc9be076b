package ai.autoglm.toolkit.file;

import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Small files that are used together, read again whenever the content of one changes. Contents are
/// compared, not times: a mounted Secret is swapped by a symbolic link, and a copied file may keep its time.
public final class WatchedFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
    private static final long MAX_BYTES = 1 << 20;

    private final List<Path> files;
    private final Duration interval;
    private final Consumer<List<byte[]>> use;
    private final Thread watching;
    private List<byte[]> seen;

    private WatchedFiles(List<Path> files, Duration interval, Consumer<List<byte[]>> use, List<byte[]> contents) {
        this.files = List.copyOf(files);
        this.interval = interval;
        this.use = use;
        this.seen = contents;
        this.watching = Thread.ofVirtual().name("watch-files").unstarted(this::watch);
    }

    /// Reads the files, uses them, and does so again after each change. A change that cannot be read or
    /// used is logged, and what was used before stays in use.
    ///
    /// @param use takes the content of each file; throws [ServingException] when it makes no sense
    /// @throws ServingException of the first reading or use
    public static WatchedFiles open(List<Path> files, Duration interval, Consumer<List<byte[]>> use) {
        List<byte[]> contents = read(files);
        use.accept(contents);
        WatchedFiles watched = new WatchedFiles(files, interval, use, contents);
        watched.watching.start();
        return watched;
    }

    @Override
    public void close() {
        watching.interrupt();
    }

    private void watch() {
        String failure = "";
        while (true) {
            try {
                Thread.sleep(interval);
                lookAgain();
                failure = "";
            } catch (InterruptedException e) {
                return;
            } catch (ServingException e) {
                if (!e.message().equals(failure)) {
                    LOG.error("What was read before stays in use: {}", e.message());
                }
                failure = e.message();
            }
        }
    }

    private void lookAgain() {
        List<byte[]> now = read(files);
        if (!same(now, seen)) {
            use.accept(now);
            seen = now;
            LOG.info("Read again after a change: {}", names());
        }
    }

    private String names() {
        return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    private static List<byte[]> read(List<Path> files) {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw unreadable(file, "has more than " + MAX_BYTES + " bytes.", null);
                }
                contents.add(Files.readAllBytes(file));
            } catch (IOException e) {
                throw unreadable(file, "cannot be read.", e);
            }
        }
        return contents;
    }

    private static boolean same(List<byte[]> left, List<byte[]> right) {
        for (int i = 0; i < left.size(); i++) {
            if (!Arrays.equals(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static ServingException unreadable(Path file, String why, @Nullable Throwable e) {
        return new ServingException(ErrorCode.INVALID_CONFIGURATION, file + " " + why, e);
    }
}
