package ai.autoglm.toolkit.compile;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.bundle.BundleManifest;
import ai.autoglm.toolkit.file.DirectoryTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/// A bundle that is being written: beside its place, and moved there in one step when it is whole. An interrupted
/// compilation leaves the old bundle, or none.
final class BundleDirectory implements AutoCloseable {
    private final Path target;
    private final Path staging;

    private BundleDirectory(Path target, Path staging) {
        this.target = target;
        this.staging = staging;
    }

    static BundleDirectory create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !isReplaceable(absolute)) {
            throw new IOException(target + " exists and is no bundle");
        }
        Files.createDirectories(absolute.getParent());
        // Not a temporary directory of the JDK: other users may read a bundle, as services in containers do.
        Path staging = absolute.resolveSibling(absolute.getFileName() + ".compiling-" + UUID.randomUUID());
        return new BundleDirectory(absolute, Files.createDirectory(staging));
    }

    /// A bundle or an empty folder; anything else is the user's own and stays.
    private static boolean isReplaceable(Path directory) throws IOException {
        if (Files.isRegularFile(directory.resolve("bundle.json"))) {
            return true;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isEmpty();
        }
    }

    Path staging() {
        return staging;
    }

    void publish(BundleManifest manifest) throws IOException {
        Bundle.write(manifest, staging);
        DirectoryTree.delete(target);
        Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        DirectoryTree.delete(staging);
    }
}
