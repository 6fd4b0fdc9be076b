package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.bundle.Bundle;
import ai.autoglm.toolkit.compile.BundleCompiler;
import ai.autoglm.toolkit.compile.BundleDirectory;
import ai.autoglm.toolkit.error.ErrorCode;
import ai.autoglm.toolkit.error.ServingException;
import ai.autoglm.toolkit.file.DirectoryTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Puts a bundle where processes mount it. It can be interrupted and run again, and two at a time wait for each
/// other: a bundle that is there already stays as it is, and what an interrupted run has left is gone on with or
/// removed.
public final class BundleProvision {
    private final Path target;
    private final RequiredBundle required;

    /// @param target directory of the bundle; its parent holds a lock and, for a time, what is downloaded
    public BundleProvision(Path target, RequiredBundle required) {
        this.target = target.toAbsolutePath().normalize();
        this.required = required;
    }

    /// @throws ServingException INVALID_BUNDLE when the source makes another bundle than the one required; what the
    ///     compiler and the download throw
    public Bundle from(BundleSource source) throws InterruptedException {
        if (required.isIn(target)) {
            return Bundle.open(target);
        }
        try {
            Files.createDirectories(target.getParent());
            try (FileChannel lock =
                            FileChannel.open(beside("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = lock.lock()) {
                if (held.isValid() && !required.isIn(target)) {
                    BundleDirectory.requireReplaceable(target);
                    make(source);
                }
            }
        } catch (IOException e) {
            throw new ServingException(
                    ErrorCode.INVALID_BUNDLE, "Cannot write the bundle " + target + ": " + e.getMessage() + ".", e);
        }
        return Bundle.open(target);
    }

    private void make(BundleSource source) throws IOException, InterruptedException {
        switch (source) {
            case BundleSource.CheckpointDirectory(Path directory, BundleCompiler compiler) ->
                compile(directory, compiler);
            case BundleSource.CheckpointDownload(Download download, BundleCompiler compiler) -> {
                Path checkpoint = beside("download");
                download.to(checkpoint);
                compile(checkpoint, compiler);
                DirectoryTree.delete(checkpoint);
            }
            case BundleSource.BundleDownload(Download download) -> {
                Path bundle = beside("download");
                download.to(bundle);
                required.require(Bundle.open(bundle).manifest().bundleId(), "This bundle");
                try (BundleDirectory place = BundleDirectory.create(target)) {
                    place.publish(bundle);
                }
            }
        }
    }

    private void compile(Path checkpoint, BundleCompiler compiler) {
        compiler.compile(
                checkpoint,
                target,
                bundleId -> required.require(bundleId, "What this checkpoint compiles to with these options"));
    }

    private Path beside(String purpose) {
        return target.resolveSibling(target.getFileName() + "." + purpose);
    }
}
