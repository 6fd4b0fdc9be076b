package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.file.DirectoryTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A bundle that is being written: beside its place, and moved there in one step when it is whole. An interrupted
/// compilation leaves the old bundle, or none, and what else it has left is removed by the next one.
public final class BundleDirectory implements AutoCloseable {
    /// Those of this process: the system's locks tell processes apart, and no threads.
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path work;
    private final FileChannel lock;

    private BundleDirectory(Path target, Path work) throws IOException {
        this.target = target;
        this.work = work;
        OWN.add(work);
        lock = openLock(work);
        lock.lock();
        Files.createDirectories(staging());
    }

    /// Begins one. What interrupted processes have left of theirs is removed.
    public static BundleDirectory create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        requireReplaceable(absolute);
        Files.createDirectories(absolute.getParent());
        removeLeftovers(absolute);
        // Not a temporary directory of the JDK: other users may read a bundle, as services in containers do.
        return new BundleDirectory(absolute, absolute.resolveSibling(workPrefix(absolute) + UUID.randomUUID()));
    }

    /// Refuses all but a bundle, an empty folder, or nothing: anything else is the user's own and stays.
    ///
    /// @throws IOException that says so
    public static void requireReplaceable(Path target) throws IOException {
        if (!Files.exists(target) || Files.isRegularFile(target.resolve("bundle.json"))) {
            return;
        }
        try (Stream<Path> entries = Files.list(target)) {
            if (entries.findAny().isPresent()) {
                throw new IOException(target + " exists and is no bundle");
            }
        }
    }

    private static String workPrefix(Path target) {
        return target.getFileName() + ".compiling-";
    }

    private static FileChannel openLock(Path work) throws IOException {
        Path file = work.resolveSibling(work.getFileName() + ".lock");
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void removeLeftovers(Path target) throws IOException {
        List<Path> leftovers;
        try (Stream<Path> entries = Files.list(target.getParent())) {
            leftovers = entries.filter(entry -> entry.getFileName().toString().startsWith(workPrefix(target)))
                    .filter(Files::isDirectory)
                    .filter(entry -> !OWN.contains(entry))
                    .toList();
        }
        for (Path work : leftovers) {
            try (FileChannel channel = openLock(work);
                    FileLock held = channel.tryLock()) {
                if (held != null) {
                    remove(work);
                }
            }
        }
    }

    /// The directory first: it is locked as long as it is there.
    private static void remove(Path work) throws IOException {
        DirectoryTree.delete(work);
        Files.deleteIfExists(work.resolveSibling(work.getFileName() + ".lock"));
    }

    Path staging() {
        return work.resolve("new");
    }

    void publish(BundleManifest manifest) throws IOException {
        Bundle.write(manifest, staging());
        publish(staging());
    }

    /// Moves a whole bundle to its place. The one that is there leaves it at once, and is deleted afterwards.
    public void publish(Path bundle) throws IOException {
        if (Files.exists(target)) {
            Files.move(target, work.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(bundle, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            remove(work);
        } finally {
            OWN.remove(work);
        }
    }
}
