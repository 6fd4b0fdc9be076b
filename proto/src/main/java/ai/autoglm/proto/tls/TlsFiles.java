package ai.autoglm.proto.tls;

import java.nio.file.Path;

/// Where a process has what it shows to its peers and judges them by, in PEM form. A group of settings: all or none.
public interface TlsFiles {
    /// The process's own certificate, with what is between it and the authority.
    Path certificate();

    /// Its private key, unencrypted PKCS #8.
    Path key();

    /// The authority that vouches for peers.
    Path authority();
}
