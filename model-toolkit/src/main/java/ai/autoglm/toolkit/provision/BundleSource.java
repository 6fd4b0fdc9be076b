package ai.autoglm.toolkit.provision;

import ai.autoglm.toolkit.compile.BundleCompiler;
import java.nio.file.Path;

/// What a bundle is made of.
public sealed interface BundleSource {
    /// A checkpoint on this machine.
    record CheckpointDirectory(Path directory, BundleCompiler compiler) implements BundleSource {}

    /// A checkpoint on a web server.
    record CheckpointDownload(Download download, BundleCompiler compiler) implements BundleSource {}

    /// A bundle on a web server.
    record BundleDownload(Download download) implements BundleSource {}
}
