package ai.autoglm.system;

import ai.autoglm.proto.tls.TestAuthority;
import ai.autoglm.proto.tls.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/// A folder with a process's certificate as the kubelet mounts a Secret: the files are links through one
/// link to a folder, and a renewal is one rename, so that nobody sees a half.
final class MountedCertificates implements TlsFiles {
    private static final String CURRENT = "..data";

    private final Path folder;
    private final String host;
    private final KeyPurposeId usage;
    private int version;

    /// @param host whose name the certificates bear
    MountedCertificates(Path folder, String host, KeyPurposeId usage) {
        this.folder = folder;
        this.host = host;
        this.usage = usage;
    }

    /// Puts a new certificate there, instead of the one that is there.
    MountedCertificates issue(TestAuthority authority) {
        version++;
        Path files = folder.resolve("..version-" + version);
        authority.issue(files, host, usage);
        try {
            Path next = folder.resolve("..next");
            Files.createSymbolicLink(next, files.getFileName());
            Files.move(next, folder.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
            for (Path file : new Path[] {certificate(), key(), authority()}) {
                if (!Files.exists(file)) {
                    Files.createSymbolicLink(file, Path.of(CURRENT).resolve(file.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    @Override
    public Path certificate() {
        return folder.resolve("tls.crt");
    }

    @Override
    public Path key() {
        return folder.resolve("tls.key");
    }

    @Override
    public Path authority() {
        return folder.resolve("ca.crt");
    }
}
