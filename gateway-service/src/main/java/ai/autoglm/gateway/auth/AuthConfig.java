package ai.autoglm.gateway.auth;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Who may use the endpoint. Neither setting: any key is accepted, and so is no key.
@ConfigMapping(prefix = "autoglm.http")
public interface AuthConfig {
    /// Keys as clients send them.
    Optional<List<String>> apiKeys();

    /// File of hashed keys, `name:sha256` in each line, with settings of the key behind them. Read again when it
    /// changes.
    Optional<Path> apiKeyFile();
}
